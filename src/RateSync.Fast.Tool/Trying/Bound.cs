using RateSync.Fast.Testing;
using RateSync.Fast.Tool.Output;

namespace RateSync.Fast.Tool.Trying;

/// <summary>One promise of a limiter, and whether what it granted kept it.</summary>
/// <param name="Promise">In words.</param>
/// <param name="Broken">How it was broken; null if it was kept.</param>
internal sealed record Bound(string Promise, string? Broken)
{
    /// <summary>
    /// Checks all that a limiter's own options promise. Each grant lies somewhere between two readings of the clock: only what is certain
    /// counts.
    /// </summary>
    public static IReadOnlyList<Bound> Check(LimiterOptions options, IReadOnlyList<Shot> shots)
    {
        Shot[] granted = [.. shots.Where(static shot => shot.Granted)];
        List<Bound> bounds = [];
        if (options.RatePerSecond is { } rate)
        {
            long burst = BurstOf(options);
            bounds.Add(new Bound(Words.Text($"in every interval of d seconds at most {burst} + {rate} * d"), Rate(granted, rate, burst)));
        }

        if (options is { Limit: int limit, Window: { } window })
        {
            bool isFixed = options.Algorithm == LimiterAlgorithm.FixedWindow;
            int most = isFixed ? 2 * limit : limit;
            string what = isFixed ? "twice the limit of a period, " : "";
            bounds.Add(new Bound(
                Words.Text($"in every window of {Words.Time(window)} at most {what}{most}"), Window(granted, window, most)));
        }

        if (options.MaxConcurrent is { } slots)
        {
            bounds.Add(new Bound(Words.Text($"at most {slots} at the same time"), Slots(granted, slots)));
        }

        return bounds;
    }

    public static long BurstOf(LimiterOptions options) => options.Algorithm == LimiterAlgorithm.LeakyBucket ? 1
        : options.Burst ?? Math.Max(1, (long)Math.Ceiling(options.RatePerSecond ?? 1));

    private static string? Rate(Shot[] granted, double rate, long burst)
    {
        GrantLog log = new();
        foreach (Shot shot in granted)
        {
            log.Record(shot.Before, shot.After, 1);
        }

        try
        {
            log.ShouldKeepWithin(rate, burst);
            return null;
        }
        catch (LimiterAssertionException exception)
        {
            return exception.Message;
        }
    }

    /// <summary>Whether more than <paramref name="most"/> grants lie wholly within some window.</summary>
    private static string? Window(Shot[] granted, TimeSpan window, int most)
    {
        long length = (long)(window.TotalSeconds * System.Diagnostics.Stopwatch.Frequency);
        Shot[] latestFirst = [.. granted.OrderByDescending(static shot => shot.Before)];
        long[] ends = [.. granted.Select(static shot => shot.After).Order()];
        PrefixCounts ended = new(ends.Length);
        foreach (Shot shot in latestFirst)
        {
            ended.Add(FirstNotLess(ends, shot.After));
            int within = ended.Before(FirstNotLess(ends, shot.Before + length));
            if (within > most)
            {
                return Words.Text($"{within} were granted within {Words.Time(window)}.");
            }
        }

        return null;
    }

    private static string? Slots(Shot[] granted, int slots)
    {
        // What was surely out: from the answer until it was about to be given back. At one moment the return goes first.
        int held = 0;
        int most = 0;
        IEnumerable<(long At, int Change)> changes = granted.SelectMany(
            static shot => new[] { (At: shot.After, Change: 1), (At: shot.Returned, Change: -1) });
        foreach ((_, int change) in changes.OrderBy(static change => change.At).ThenBy(static change => change.Change))
        {
            held += change;
            most = Math.Max(most, held);
        }

        return most > slots ? Words.Text($"{most} were held at the same time.") : null;
    }

    private static int FirstNotLess(long[] sorted, long value)
    {
        int low = 0;
        int high = sorted.Length;
        while (low < high)
        {
            int middle = (low + high) >>> 1;
            (low, high) = sorted[middle] < value ? (middle + 1, high) : (low, middle);
        }

        return low;
    }
}
