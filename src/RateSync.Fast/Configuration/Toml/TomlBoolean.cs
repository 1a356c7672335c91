namespace RateSync.Fast.Configuration.Toml;

/// <summary><c>true</c> or <c>false</c>.</summary>
internal sealed class TomlBoolean(bool value, TomlPosition position) : TomlNode(position)
{
    internal readonly bool Value = value;

    internal override string Kind => "a boolean";
}
