namespace RateSync.Fast.Configuration.Toml;

/// <summary>A place in a document. Both count from 1; a column is one Unicode code point, so that it is where an editor shows it.</summary>
internal readonly record struct TomlPosition(int Line, int Column)
{
    /// <inheritdoc/>
    public override string ToString() => $"line {Line}, column {Column}";
}
