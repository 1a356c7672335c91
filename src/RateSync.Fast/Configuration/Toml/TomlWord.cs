using System.Text;

namespace RateSync.Fast.Configuration.Toml;

/// <summary>A value without brackets and quotes, as it stands in the document: ASCII.</summary>
internal readonly ref struct TomlWord(ReadOnlySpan<byte> text, TomlPosition position)
{
    internal ReadOnlySpan<byte> Text { get; } = text;

    internal TomlPosition Position { get; } = position;

    internal static bool IsDigit(int character) => character is >= '0' and <= '9';

    /// <summary>An error about the word as a whole.</summary>
    internal TomlException Refuse(string expected) => new(Position, expected, TomlException.Quote(Encoding.ASCII.GetString(Text)));
}
