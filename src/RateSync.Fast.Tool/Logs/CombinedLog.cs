using System.Globalization;

namespace RateSync.Fast.Tool.Logs;

/// <summary>
/// One line of an access log in the combined format of Apache and nginx:
/// <c>address identity user [day/month/year:hour:minute:second zone] "request" status bytes "referer" "agent"</c>. The last two may both be
/// missing, as in the common format. Within quotes a backslash takes the next character with it.
/// </summary>
internal static class CombinedLog
{
    private const string TimeFormat = "dd/MMM/yyyy:HH:mm:ss zzz";

    /// <summary>Reads a line.</summary>
    /// <param name="line">The line.</param>
    /// <param name="entry">What it says.</param>
    /// <returns>Null, or what was expected and at which column, when it is not such a line.</returns>
    public static string? Parse(string line, out LogEntry entry)
    {
        string client = "";
        string user = "";
        DateTimeOffset time = default;
        int at = 0;
        string? wrong = Word(line, ref at, "an address", out client);
        wrong ??= Word(line, ref at, "an identity or -", out _);
        wrong ??= User(line, ref at, out user);
        wrong ??= Time(line, ref at, out time);
        int request = at + 1;
        wrong ??= Quoted(line, ref at, "the request in quotes");
        int requestEnd = Math.Max(request, at - 2);
        wrong ??= Number(line, ref at, "a status of three digits", 3);
        wrong ??= Number(line, ref at, "a number of bytes or -", null);
        if (wrong is null && at < line.Length)
        {
            wrong = Quoted(line, ref at, "the referer in quotes") ?? Quoted(line, ref at, "the user agent in quotes");
        }

        wrong ??= at < line.Length ? Expected("the end of the line", at) : null;
        entry = wrong is null ? new LogEntry(client, user, time, line[request..requestEnd]) : default;
        return wrong;
    }

    private static string? Word(string line, ref int at, string what, out string word)
    {
        int end = line.IndexOf(' ', at);
        word = end < 0 ? line[at..] : line[at..end];
        if (word.Length == 0 || end < 0)
        {
            return Expected(what, at);
        }

        at = end + 1;
        return null;
    }

    /// <summary>A user's name may hold spaces: it ends where the time begins.</summary>
    private static string? User(string line, ref int at, out string user)
    {
        user = "";
        int bracket = line.IndexOf(" [", at, StringComparison.Ordinal);
        if (bracket <= at)
        {
            return Expected("a user or -, and a time in brackets", at);
        }

        user = line[at..bracket];
        at = bracket + 1;
        return null;
    }

    private static string? Time(string line, ref int at, out DateTimeOffset time)
    {
        int end = line.IndexOf(']', at);
        ReadOnlySpan<char> text = end < 0 ? default : line.AsSpan(at + 1, end - at - 1);

        // The zone is +0000 here and +00:00 in what the framework reads.
        if (text.Length < 5 || !DateTimeOffset.TryParseExact(
            $"{text[..^2]}:{text[^2..]}", TimeFormat, CultureInfo.InvariantCulture, DateTimeStyles.None, out time))
        {
            time = default;
            return Expected("a time such as [17/May/2015:10:05:03 +0000]", at);
        }

        at = end + 1;
        return Space(line, ref at);
    }

    private static string? Quoted(string line, ref int at, string what)
    {
        int begin = at;
        if (at >= line.Length || line[at] != '"')
        {
            return Expected(what, begin);
        }

        for (at++; at < line.Length && line[at] != '"'; at++)
        {
            if (line[at] == '\\')
            {
                at++;
            }
        }

        if (at >= line.Length)
        {
            return Expected(what + ", which begin here and do not end", begin);
        }

        at++;
        return Space(line, ref at);
    }

    private static string? Number(string line, ref int at, string what, int? digits)
    {
        int begin = at;
        while (at < line.Length && char.IsAsciiDigit(line[at]))
        {
            at++;
        }

        if (at == begin && at < line.Length && line[at] == '-')
        {
            at++;
        }
        else if (at == begin || (digits is { } count && at - begin != count))
        {
            at = begin;
            return Expected(what, begin);
        }

        return Space(line, ref at);
    }

    private static string? Space(string line, ref int at)
    {
        if (at < line.Length && line[at++] != ' ')
        {
            return Expected("a space", at - 1);
        }

        return null;
    }

    private static string Expected(string what, int at) =>
        string.Create(CultureInfo.InvariantCulture, $"expected {what} at column {at + 1}");
}
