using System.Globalization;

namespace RateSync.Fast.Configuration;

/// <summary>Says in words what a limiter will do.</summary>
internal static class LimiterDescription
{
    /// <param name="options">The limiter.</param>
    /// <param name="store">Where it is counted; null for the memory of the process.</param>
    /// <param name="excess">What it and its parts declare.</param>
    /// <param name="reachable">The same as long as their stores can be reached.</param>
    public static string Of(LimiterOptions options, StoreOptions? store, double excess, double reachable)
    {
        bool isShared = store is not null and not MemoryStoreOptions;
        List<string> parts = [.. Limits(options), Waiting(options)];
        if (isShared)
        {
            parts.Add($"counted together with other processes in '{options.Store}' ({store!.Engine}); {Failing(options)}");
        }

        if (Sharing(options) is string sharing)
        {
            parts.Add(sharing);
        }

        parts.Add((double.IsFinite(reachable) ? Text($"declared excess {reachable}") : "declared excess without bound")
            + (excess > reachable ? " while the store can be reached" : ""));
        if (options.Shadow)
        {
            parts.Add("in shadow: decides and counts, but never refuses");
        }

        return string.Join("; ", parts);
    }

    private static IEnumerable<string> Limits(LimiterOptions options)
    {
        if (options.RatePerSecond is double rate)
        {
            long burst = options.Burst ?? LimiterBinder.DefaultBurst(rate);
            yield return options.Algorithm == LimiterAlgorithm.LeakyBucket || burst == 1
                ? Text($"grants {rate} a second, evenly spaced")
                : Text($"grants up to {burst} at once and {rate} a second on average");
        }

        if (options is { Limit: int limit, Window: TimeSpan window })
        {
            yield return options.Algorithm switch
            {
                LimiterAlgorithm.FixedWindow =>
                    Text($"grants at most {limit} in each period of {Time(window)} (around the border of two up to {2L * limit})"),
                LimiterAlgorithm.SlidingWindowCounter => Text($"grants at most {limit} in any {Time(window)}, counted in tenths of it"),
                _ => Text($"grants at most {limit} in any {Time(window)}"),
            };
        }

        if (options.MaxConcurrent is int slots)
        {
            yield return Text($"at most {slots} at the same time");
        }

        if (options.Limiters is IReadOnlyList<string> limiters)
        {
            yield return (options.Strategy == CompositeStrategy.AnyMustPass ? "asks for one of " : "asks for all of ")
                + string.Join(", ", limiters.Select(static id => $"'{id}'"));
        }
    }

    private static string Waiting(LimiterOptions options)
    {
        string wait = options.Timeout is not TimeSpan timeout || timeout == Timeout.InfiniteTimeSpan ? "a caller waits as long as it takes"
            : timeout == TimeSpan.Zero ? "a caller does not wait"
            : "a caller waits up to " + Time(timeout);
        return options.QueueLimit is int places ? Text($"{wait}, {places} of them at most") : wait;
    }

    private static string Failing(LimiterOptions options) => (options.OnStoreFailure, options.FailClosed) switch
    {
        (StoreFailurePolicy.Closed, _) or (null, true) => "refuses while that cannot be reached",
        (StoreFailurePolicy.Local, _) => "keeps to this process's share while that cannot be reached",
        _ => "grants everything while that cannot be reached",
    };

    private static string? Sharing(LimiterOptions options)
    {
        List<string> parts = [];
        IReadOnlyDictionary<Priority, double> priorities = options.Priorities ?? new Dictionary<Priority, double>();
        foreach ((Priority priority, double share) in priorities.OrderBy(static entry => entry.Key))
        {
            parts.Add(Text($"calls of {Words<Priority>.Of(priority)} priority use up to {share * 100:0.##} %"));
        }

        if (options.Fair)
        {
            IEnumerable<string>? weights = options.Weights?.Select(static entry => Text($"'{entry.Key}' {entry.Value}"));
            parts.Add(options.Weights is { Count: > 0 }
                ? $"tenants take turns by weight ({string.Join(", ", weights!)}, others 1)"
                : "tenants take turns");
        }

        return parts.Count == 0 ? null : string.Join(", ", parts);
    }

    private static string Time(TimeSpan time) =>
        time.TotalSeconds >= 1 ? Text($"{time.TotalSeconds} s") : Text($"{time.TotalMilliseconds} ms");

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
