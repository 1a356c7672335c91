using System.Text;
using RateSync.Fast.Configuration.Toml;

namespace RateSync.Fast.Tool.Migrating;

/// <summary>Writes <c>burst = 1</c> into a document beside rates; all else in it stays as it is, to the letter.</summary>
internal static class BurstEditor
{
    private const string Burst = "burst = 1";

    /// <summary>The document with a burst in each of some tables.</summary>
    /// <param name="text">The document.</param>
    /// <param name="rates">The rates of limiters that have no burst.</param>
    public static string Edit(string text, IEnumerable<TomlEntry> rates)
    {
        List<(int At, string Text)> insertions = [.. rates.Select(rate => Insertion(text, rate))];
        StringBuilder edited = new(text);
        foreach ((int at, string inserted) in insertions.OrderByDescending(static insertion => insertion.At))
        {
            edited.Insert(at, inserted);
        }

        return edited.ToString();
    }

    /// <summary>
    /// A line of its own below the rate's; before it where the value goes over several lines; in front of the rate within braces.
    /// </summary>
    private static (int At, string Text) Insertion(string text, TomlEntry rate)
    {
        int lineStart = LineStart(text, rate.KeyPosition.Line);
        int key = Index(text, lineStart, rate.KeyPosition.Column);
        ReadOnlySpan<char> before = text.AsSpan(lineStart, key - lineStart);
        int open = before.LastIndexOfAny('{', ',');
        if (open >= 0)
        {
            // Of a dotted key within braces, what comes before its last part.
            ReadOnlySpan<char> path = before[(open + 1)..].TrimStart();
            return (key - path.Length, $"{path}{Burst}, ");
        }

        string newLine = text.Contains("\r\n", StringComparison.Ordinal) ? "\r\n" : "\n";
        int value = Index(text, LineStart(text, rate.Value.Position.Line), rate.Value.Position.Column);
        if (text.AsSpan(value).StartsWith("\"\"\"") || text.AsSpan(value).StartsWith("'''"))
        {
            return (lineStart, $"{before}{Burst}{newLine}");
        }

        int lineEnd = text.IndexOf('\n', key);
        return lineEnd < 0 ? (text.Length, $"{newLine}{before}{Burst}") : (lineEnd + 1, $"{before}{Burst}{newLine}");
    }

    private static int LineStart(string text, int line)
    {
        int at = 0;
        for (int i = 1; i < line; i++)
        {
            at = text.IndexOf('\n', at) + 1;
        }

        return at;
    }

    /// <summary>Columns count code points, and characters beyond the first plane are two in a string.</summary>
    private static int Index(string text, int lineStart, int column)
    {
        int at = lineStart;
        for (int i = 1; i < column; i++)
        {
            at += char.IsHighSurrogate(text[at]) ? 2 : 1;
        }

        return at;
    }
}
