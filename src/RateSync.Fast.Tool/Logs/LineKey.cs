using System.Text.RegularExpressions;

namespace RateSync.Fast.Tool.Logs;

/// <summary>Who or what of a line is counted for itself.</summary>
/// <param name="Name">As it was asked for.</param>
/// <param name="Of">The key of a line; null if it has none.</param>
internal sealed record LineKey(string Name, Func<string, LogEntry, string?> Of)
{
    private const string Pattern = "regex:";

    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(1);

    /// <summary>Whether all lines are counted together.</summary>
    public bool IsOne => string.Equals(Name, "all", StringComparison.Ordinal);

    /// <returns>The key; null, and what is wrong, if there is none of that name.</returns>
    public static LineKey? Parse(string text, out string error)
    {
        error = "";
        switch (text)
        {
            case "ip":
                return new LineKey(text, static (_, entry) => entry.Client);
            case "user":
                return new LineKey(text, static (_, entry) => entry.User);
            case "path":
                return new LineKey(text, static (_, entry) => entry.Path);
            case "all":
                return new LineKey(text, static (_, _) => "all");
        }

        if (!text.StartsWith(Pattern, StringComparison.Ordinal) || text.Length == Pattern.Length)
        {
            error = $"--by must be ip, user, path, all or {Pattern}PATTERN, not '{text}'.";
            return null;
        }

        try
        {
            Regex regex = new(text[Pattern.Length..], RegexOptions.CultureInvariant, s_patience);
            return new LineKey(text, (line, _) => Match(regex, line));
        }
        catch (ArgumentException exception)
        {
            error = $"--by {text}: {exception.Message}";
            return null;
        }
    }

    /// <summary>The group named key, else the first group, else all that matches.</summary>
    private static string? Match(Regex regex, string line)
    {
        Match match = regex.Match(line);
        return !match.Success ? null
            : match.Groups["key"] is { Success: true } named ? named.Value
            : match.Groups.Count > 1 ? match.Groups[1].Success ? match.Groups[1].Value : null
            : match.Value;
    }
}
