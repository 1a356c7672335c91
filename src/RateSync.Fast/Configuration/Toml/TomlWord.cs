using System.Text;

namespace RateSync.Fast.Configuration.Toml;

/// <summary>A value without brackets and quotes, as it stands in the document: ASCII.</summary>
internal readonly ref struct TomlWord(ReadOnlySpan<byte> text, TomlPosition position)
{
    internal readonly ReadOnlySpan<byte> Text = text;

    internal readonly TomlPosition Position = position;

    internal static bool IsDigit(int character) => character is >= '0' and <= '9';

    /// <summary>Of a digit of any base up to 16; of anything else, more than any base.</summary>
    internal static int ValueOf(int digit) => digit switch
    {
        >= '0' and <= '9' => digit - '0',
        >= 'a' and <= 'f' => digit - 'a' + 10,
        >= 'A' and <= 'F' => digit - 'A' + 10,
        _ => int.MaxValue,
    };

    /// <summary>An error about the word as a whole.</summary>
    internal TomlException Refuse(string expected) => new(Position, expected, TomlException.Quote(Encoding.ASCII.GetString(Text)));
}
