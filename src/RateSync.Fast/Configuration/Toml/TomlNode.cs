namespace RateSync.Fast.Configuration.Toml;

/// <summary>A value, and where it starts.</summary>
internal abstract class TomlNode(TomlPosition position)
{
    /// <summary>The first character of the value; for a table that a header or dotted keys made, its name there.</summary>
    internal readonly TomlPosition Position = position;

    /// <summary>What it is, with its article, for messages: <c>a string</c>.</summary>
    internal abstract string Kind { get; }
}
