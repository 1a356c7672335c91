using System.Buffers;
using System.Text;

namespace RateSync.Fast.Configuration.Toml;

/// <summary>The words of the errors.</summary>
internal ref partial struct TomlParser
{
    /// <summary>How much of a document one message repeats: enough to recognise the place, whatever the document.</summary>
    private const int LongestQuote = 40;

    private readonly TomlException Unexpected(string expected) => new(Position, expected, DescribeCurrent());

    private static string Defined(TomlEntry entry) => $"{Quote(entry.Key)}, {entry.Value.Kind} since {entry.KeyPosition}";

    private static void CheckDepth(int depth, TomlPosition position)
    {
        if (depth > MaxDepth)
        {
            throw new TomlException(position, $"at most {MaxDepth} tables and arrays within each other", "one more");
        }
    }

    private static string Quote(string text)
    {
        StringBuilder quoted = new("'");
        int length = text.Length <= LongestQuote ? text.Length : LongestQuote - (char.IsHighSurrogate(text[LongestQuote - 1]) ? 1 : 0);
        foreach (char character in text.AsSpan(0, length))
        {
            if (char.IsControl(character))
            {
                quoted.Append($"\\u{(int)character:X4}");
            }
            else
            {
                quoted.Append(character);
            }
        }

        return quoted.Append(length < text.Length ? "...'" : "'").ToString();
    }

    private readonly string DescribeCurrent()
    {
        switch (Current)
        {
            case End:
                return "the end of the document";
            case '\n':
                return "the end of the line";
            case '\r':
                return Ahead(1) == '\n' ? "the end of the line" : "a carriage return (U+000D) without a line feed";
            case '\t':
                return "a tab";
            case ' ':
                return "a space";
            case < ' ' or 0x7F:
                return $"the control character U+{Current:X4}";
            case < 0x80:
                return $"'{(char)Current}'";
            default:
                return Rune.DecodeFromUtf8(_source[_at..], out Rune rune, out _) == OperationStatus.Done
                    ? $"{Quote(rune.ToString())} (U+{rune.Value:X4})"
                    : $"the byte 0x{Current:X2}";
        }
    }
}
