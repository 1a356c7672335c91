using System.Text;

namespace RateSync.Fast.Configuration.Toml;

/// <summary>The first thing in a document that TOML 1.0 does not allow: what follows it cannot be told from its consequences.</summary>
internal sealed class TomlException : RateSyncException
{
    /// <summary>How much of a document one message repeats: enough to recognise the place, whatever the document.</summary>
    private const int LongestQuote = 40;

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

    /// <summary>Text of a document as messages repeat it: in quotes, on one line, and not more of it than one wants to read.</summary>
    internal static string Quote(string text)
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
}
