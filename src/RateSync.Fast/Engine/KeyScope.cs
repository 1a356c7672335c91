namespace RateSync.Fast.Engine;

/// <summary>Which limiters can be had for each key: those that count by themselves, and the same for whoever asks.</summary>
internal static class KeyScope
{
    private const int MostNames = 12;

    /// <exception cref="ConfigurationException">
    /// The limiter is not one of them. Better than keys that go without a part of its limits.
    /// </exception>
    public static void Check(string id, LimiterOptions options)
    {
        (string key, string found, string why, string instead)? problem = options switch
        {
            { Limiters: { Count: > 0 } others } => (
                ".limiters",
                Names(others),
                $"is made of others ({Names(others)})",
                "Use For with each of those"),
            { Priorities.Count: > 0 } => (
                ".priorities",
                "shares of priorities",
                "has priorities, and a call for a key has none",
                "Use For with a limiter that has no priorities"),
            { Fair: true } => (
                ".fair",
                "turns of tenants",
                "lets tenants take turns, and callers for a key wait in that key's own line",
                "Use For with a limiter that is not fair"),
            { RatePerSecond: null, Limit: null, MaxConcurrent: null } => (
                "",
                "no limit",
                "has neither a rate nor a window nor slots",
                "Give it one"),
            _ => null,
        };
        if (problem is not { } known)
        {
            return;
        }

        throw new ConfigurationException(
        [
            new ConfigurationProblem
            {
                Key = $"limiters.{id}{known.key}",
                Expected = "a limiter that can be had for each key",
                Found = known.found,
                Message = $"Limiter '{id}' cannot be had for each key: it {known.why}. {known.instead}, "
                    + $"or CloneLimiter(\"{id}\", name) for a few limiters of their own.",
            },
        ]);
    }

    private static string Names(IReadOnlyList<string> names) =>
        string.Join(", ", names.Take(MostNames).Select(static name => $"'{name}'")) + (names.Count > MostNames ? " and more" : "");
}
