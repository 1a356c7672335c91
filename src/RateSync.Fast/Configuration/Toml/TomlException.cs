namespace RateSync.Fast.Configuration.Toml;

/// <summary>The first thing in a document that TOML 1.0 does not allow. What follows it cannot be told apart from consequences of it.</summary>
internal sealed class TomlException : RateSyncException
{
    internal TomlException(TomlPosition position, string expected, string found)
        : base($"Line {position.Line}, column {position.Column}: expected {expected}, found {found}.")
    {
        Position = position;
        Expected = expected;
        Found = found;
    }

    internal TomlPosition Position { get; }

    /// <summary>From 1.</summary>
    internal int Line => Position.Line;

    /// <summary>From 1, in Unicode code points.</summary>
    internal int Column => Position.Column;

    /// <summary>What may stand there, as a noun.</summary>
    internal string Expected { get; }

    /// <summary>What stands there, as a noun.</summary>
    internal string Found { get; }
}
