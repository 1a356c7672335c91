namespace RateSync.Fast.Configuration.Toml;

/// <summary>A float; infinities and NaN are values like others.</summary>
internal sealed class TomlFloat(double value, TomlPosition position) : TomlNode(position)
{
    internal readonly double Value = value;

    internal override string Kind => "a float";
}
