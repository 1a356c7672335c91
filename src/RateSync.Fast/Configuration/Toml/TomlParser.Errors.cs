using System.Buffers;
using System.Text;

namespace RateSync.Fast.Configuration.Toml;

/// <summary>The words of the errors.</summary>
internal ref partial struct TomlParser
{
    private readonly TomlException Unexpected(string expected) => new(Position, expected, DescribeCurrent());

    private static string Defined(TomlEntry entry) => $"{TomlException.Quote(entry.Key)}, {entry.Value.Kind} since {entry.KeyPosition}";

    private static void CheckDepth(int depth, TomlPosition position)
    {
        if (depth > MaxDepth)
        {
            throw TooDeep(position);
        }
    }

    private static TomlException TooDeep(TomlPosition position) => new(position, $"at most {MaxDepth} tables and arrays within each other", "one more");

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
                    ? $"{TomlException.Quote(rune.ToString())} (U+{rune.Value:X4})"
                    : $"the byte 0x{Current:X2}";
        }
    }
}
