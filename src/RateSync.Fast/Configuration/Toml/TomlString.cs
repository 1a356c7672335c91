namespace RateSync.Fast.Configuration.Toml;

/// <summary>A string of any of the four forms, its escapes replaced and its line ends LF.</summary>
internal sealed class TomlString(string value, TomlPosition position) : TomlNode(position)
{
    internal readonly string Value = value;

    internal override string Kind => "a string";
}
