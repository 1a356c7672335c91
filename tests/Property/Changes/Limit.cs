using RateSync.Fast.Tests.Shared;

namespace RateSync.Fast.Tests.Property.Changes;

/// <summary>A limit of so many permits in a window; for a bucket, its burst, which comes back in as long.</summary>
internal sealed record Limit(LimitKind Kind, int Permits, TimeSpan Window)
{
    public int SubWindows { get; init; } = 10;

    public Sharding Sharding { get; init; } = Sharding.None;

    public double Rate => Permits / Window.TotalSeconds;

    public Limiter Make(ManualClock clock) => Kind switch
    {
        LimitKind.Bucket => new TokenBucket(Rate, Permits, new TokenBucketOptions { Sharding = Sharding }, clock),
        LimitKind.Fixed => new FixedWindow(Permits, Window, new FixedWindowOptions { Sharding = Sharding }, clock),
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
    public Limiter MakeAfter(Limiter old, ManualClock clock)
    {
        Limiter changed = Make(clock);
        changed.Engine.Inherit(old.Engine.Export());
        return changed;
    }
}
