namespace RateSync.Fast.Configuration.Toml;

/// <summary>A float; infinities and NaN are values like others.</summary>
internal sealed class TomlFloat(double value, TomlPosition position) : TomlNode(position)
{
    internal double Value { get; } = value;

    internal override string Kind => "a float";
}
