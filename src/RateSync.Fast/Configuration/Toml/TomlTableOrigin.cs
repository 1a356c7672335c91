namespace RateSync.Fast.Configuration.Toml;

/// <summary>What made a table decides what may still add to it.</summary>
internal enum TomlTableOrigin
{
    /// <summary>The document.</summary>
    Root,

    /// <summary>A part of a header's path before the last: one header may still name it, no dotted key may enter it.</summary>
    Path,

    /// <summary>A header, single or double: complete where the next header starts, but for tables below it.</summary>
    Header,

    /// <summary>A part of a dotted key before the last: dotted keys, and headers of tables below, may add to it.</summary>
    Dotted,

    /// <summary>Braces: complete.</summary>
    Inline,
}
