using RateSync.Fast.Tests.Shared;

namespace RateSync.Fast.Tests.Property.Changes;

/// <summary>A limit of so many permits in a window; for a bucket, its burst, which comes back in as long.</summary>
internal sealed record Limit(LimitKind Kind, int Permits, TimeSpan Window)
{
    public int SubWindows { get; init; } = 10;

    public Sharding Sharding { get; init; } = Sharding.None;

    public double Rate => Permits / Window.TotalSeconds;

    /// <summary>Its length on a clock.</summary>
    public long Ticks(ManualClock clock) => (long)((Int128)Window.Ticks * clock.TimestampFrequency / TimeSpan.TicksPerSecond);

    public Limiter Make(ManualClock clock) => Kind switch
    {
        LimitKind.Bucket => new TokenBucket(Rate, Permits, new TokenBucketOptions { Sharding = Sharding }, clock),
        LimitKind.WarmingBucket => new TokenBucket(
            Rate, Permits, new TokenBucketOptions { WarmUp = Window / 4, InitialPermits = Permits / 3 }, clock),
        LimitKind.Fixed => new FixedWindow(
            Permits, Window, new FixedWindowOptions { Sharding = Sharding, Alignment = WindowAlignment.FirstUse }, clock),
        LimitKind.FixedOfCalendar => new FixedWindow(
            Permits, Window, new FixedWindowOptions { Sharding = Sharding, Alignment = WindowAlignment.Epoch }, clock),
        _ => new SlidingWindow(
            Permits,
            Window,
            new SlidingWindowOptions
            {
                Sharding = Sharding,
                SubWindows = SubWindows,
                Precision = Kind switch
                {
                    LimitKind.Exact => SlidingWindowPrecision.Exact,
                    LimitKind.SubWindows => SlidingWindowPrecision.SubWindows,
                    _ => SlidingWindowPrecision.Approximate,
                },
            },
            clock),
    };

    /// <summary>Makes a limiter that begins with what another one has granted.</summary>
    public Limiter MakeAfter(Limiter old, ManualClock clock, bool? stampsLast = null)
    {
        Limiter changed = Make(clock);
        bool stamps = changed.Engine.Inherit(old.Engine.Export());
        Assert.Equal(stampsLast ?? stamps, stamps);
        return changed;
    }
}
