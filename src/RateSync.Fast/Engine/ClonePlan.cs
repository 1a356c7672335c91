using RateSync.Fast.State;
using RateSync.Fast.Time;

namespace RateSync.Fast.Engine;

/// <summary>What the keys of a limiter, or of some overrides of it, are limited by at a time.</summary>
internal sealed class ClonePlan
{
    private const int DefaultMaxKeys = 1_000_000;

    /// <summary>The rate or the window of each key; null without one.</summary>
    public ChangeableKeys<InterlockedAtomics>? Rate { get; init; }

    /// <summary>The slots of each key; null if there have never been any. Kept when the limit is lifted: some may be out.</summary>
    public ChangeableKeys<InterlockedAtomics>? Slots { get; init; }

    /// <summary>Slots were limited only after calls had begun without; these give back what they never took.</summary>
    public bool SlotsCameLater { get; init; }

    /// <summary>The most permits that a key can be granted at once.</summary>
    public long Limit { get; init; }

    public TimeSpan Timeout { get; init; }

    public bool Shadow { get; init; }

    public int QueueLimit { get; init; }

    /// <summary>Slots that a call takes: one for each permit, or one for the call where the permits are those of a rate.</summary>
    public int SlotsFor(int permits) => Rate is null ? permits : Math.Min(1, permits);

    /// <summary>The plan for options, which takes over what is in use.</summary>
    /// <param name="id">The limiter's name, for messages.</param>
    /// <param name="options">What it does.</param>
    /// <param name="before">What its keys were limited by so far; null at first.</param>
    /// <param name="clock">The clock.</param>
    /// <exception cref="ConfigurationException">It does something that cannot be done for each key.</exception>
    public static ClonePlan For(string id, LimiterOptions options, ClonePlan? before, Clock clock)
    {
        KeyScope.Check(id, options);
        KeyLimit? rate = RateOf(options, clock);
        KeyLimit? slots = SlotsOf(options, before);

        // All numbers are looked at before anything is changed.
        rate?.NewTable(clock, 0);
        slots?.NewTable(clock, 0);
        return new ClonePlan
        {
            Rate = Change(before?.Rate, rate, clock),
            Slots = Change(before?.Slots, slots, clock),
            SlotsCameLater = before is { Slots: null } || before is { SlotsCameLater: true },
            Limit = rate?.Limit ?? options.MaxConcurrent ?? int.MaxValue,
            Timeout = options.Timeout ?? System.Threading.Timeout.InfiniteTimeSpan,
            Shadow = options.Shadow,
            QueueLimit = options.QueueLimit ?? int.MaxValue,
        };
    }

    private static ChangeableKeys<InterlockedAtomics>? Change(ChangeableKeys<InterlockedAtomics>? keys, KeyLimit? limit, Clock clock)
    {
        if (limit is not { } wanted)
        {
            return null;
        }

        if (keys is null)
        {
            return new ChangeableKeys<InterlockedAtomics>(wanted, clock);
        }

        keys.Change(wanted);
        return keys;
    }

    private static KeyLimit? RateOf(LimiterOptions options, Clock clock)
    {
        KeyLimit common = new() { MaxKeys = options.MaxKeys ?? DefaultMaxKeys };
        bool isBucket = options.Algorithm is LimiterAlgorithm.TokenBucket or LimiterAlgorithm.LeakyBucket;
        if (isBucket)
        {
            return options.RatePerSecond is not { } rate ? null : common with
            {
                Kind = KeyLimitKind.Bucket,
                RatePerSecond = rate,
                Limit = options.Algorithm == LimiterAlgorithm.LeakyBucket ? 1 : options.Burst ?? (long)Math.Max(1, Math.Ceiling(rate)),
            };
        }

        return options is not { Limit: { } limit, Window: { } window } ? null : common with
        {
            Kind = options.Algorithm == LimiterAlgorithm.FixedWindow ? KeyLimitKind.FixedWindow : KeyLimitKind.SlidingWindow,
            Limit = options.Algorithm == LimiterAlgorithm.FixedWindow
                ? limit
                : CheckedSliding(limit),
            WindowTicks = WindowArguments.ToTicks(limit, window, clock),
        };
    }

    private static int CheckedSliding(int limit)
    {
        Check.Range(limit, 1, Algorithms.KeyedWindow.MaxSlidingLimit, nameof(limit));
        return limit;
    }

    private static KeyLimit? SlotsOf(LimiterOptions options, ClonePlan? before) => options.MaxConcurrent is null && before?.Slots is null
        ? null
        : new KeyLimit
        {
            Kind = KeyLimitKind.Slots,
            Limit = options.MaxConcurrent ?? int.MaxValue,
            MaxKeys = options.MaxKeys ?? DefaultMaxKeys,
            Overflow = KeyOverflow.Refuse,
        };
}
