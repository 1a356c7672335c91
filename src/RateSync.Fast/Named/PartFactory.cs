namespace RateSync.Fast.Named;

/// <summary>Makes the parts of a named limiter from its options.</summary>
internal static class PartFactory
{
    /// <summary>Largest window limit that is counted grant by grant unless the other way is asked for.</summary>
    private const int LargestExactLimit = 1 << 16;

    /// <summary>Whether the options limit a rate, as opposed to only how much goes on at once.</summary>
    public static bool HasRate(LimiterOptions options) => options.RatePerSecond is not null || options.Limit is not null;

    /// <summary>Whether both limit the rate in the same way, so that the part need not be made anew.</summary>
    public static bool IsSameRate(LimiterOptions a, LimiterOptions b) =>
        a.Algorithm == b.Algorithm && a.RatePerSecond.Equals(b.RatePerSecond) && a.Burst == b.Burst && a.Limit == b.Limit && a.Window == b.Window
        && (a.Priorities is { Count: > 0 }) == (b.Priorities is { Count: > 0 });

    /// <summary>
    /// Whether the part's own words can say that nothing is to be had there any more, or never have to. A log of grants decides on one word
    /// and writes to another, so calls there must be waited for.
    /// </summary>
    public static bool CanBeFrozen(Limiter part) => part is not SlidingWindow { Precision: SlidingWindowPrecision.Exact };

    /// <summary>The part that limits the rate.</summary>
    public static Limiter Rate(string id, LimiterOptions options, TimeProvider timeProvider)
    {
        // Reserves are counted on one word: what a core holds cannot be reserved for somebody else.
        Sharding sharding = options.Priorities is { Count: > 0 } ? Sharding.None : Sharding.Auto;
        return options.Algorithm switch
        {
            LimiterAlgorithm.FixedWindow => new FixedWindow(
                options.Limit!.Value, options.Window!.Value, new FixedWindowOptions { Id = id, Sharding = sharding }, timeProvider),
            LimiterAlgorithm.SlidingWindow or LimiterAlgorithm.SlidingWindowCounter => new SlidingWindow(
                options.Limit!.Value,
                options.Window!.Value,
                new SlidingWindowOptions { Id = id, Sharding = sharding, Precision = Precision(options) },
                timeProvider),
            LimiterAlgorithm.LeakyBucket => new TokenBucket(
                options.RatePerSecond!.Value, 1, new TokenBucketOptions { Id = id, Sharding = sharding }, timeProvider),
            _ => new TokenBucket(
                options.RatePerSecond!.Value, Burst(options), new TokenBucketOptions { Id = id, Sharding = sharding }, timeProvider),
        };
    }

    public static TicketSemaphoreOptions SlotOptions(string id, LimiterOptions options) => new()
    {
        Id = id,

        // What a core holds could neither be reserved for somebody nor be counted on when the number changes.
        Sharding = Sharding.None,
    };

    /// <summary>Permits that a full bucket holds.</summary>
    public static long Burst(LimiterOptions options) =>
        options.Burst ?? Math.Max(1, (long)Math.Ceiling(options.RatePerSecond!.Value));

    /// <summary>What calls of each priority must leave of a limit; null when all may use everything.</summary>
    public static long[]? Keeps(LimiterOptions options, long limit) => options.Priorities is { Count: > 0 } shares ? Keeps(shares, limit) : null;

    private static long[] Keeps(IReadOnlyDictionary<Priority, double> shares, long limit)
    {
        long[] keeps = new long[NamedPlan.Priorities];
        foreach ((Priority priority, double share) in shares)
        {
            // Whatever the share, one permit at a time must be possible.
            long most = Math.Max(1, (long)Math.Floor(limit * share));
            keeps[NamedPlan.Index(priority)] = limit - Math.Min(limit, most);
        }

        return keeps;
    }

    private static SlidingWindowPrecision Precision(LimiterOptions options) =>
        options.Algorithm == LimiterAlgorithm.SlidingWindow && options.Limit <= LargestExactLimit
            ? SlidingWindowPrecision.Exact
            : SlidingWindowPrecision.SubWindows;
}
