using System.Numerics;
using RateSync.Fast.Algorithms;
using RateSync.Fast.Tests.Property.Buckets;
using RateSync.Fast.Tests.Property.Checks;
using RateSync.Fast.Tests.Shared;

namespace RateSync.Fast.Tests.Property.Changes;

/// <summary>
/// A limit of any kind as a list of what was granted, each with its time, gone through from the beginning for every question.
/// </summary>
/// <param name="limit">The limit.</param>
/// <param name="clock">Its clock.</param>
/// <param name="start">When its sub-windows begin.</param>
internal sealed class SlowLimit(Limit limit, ManualClock clock, long start)
{
    private readonly List<(long Time, Rational Permits)> _grants = [];

    private long Parts => limit.Kind switch
    {
        LimitKind.SubWindows => Math.Min(limit.SubWindows, limit.Ticks(clock)),
        LimitKind.Approximate => 1,
        _ => 0,
    };

    private long PartTicks => ((limit.Ticks(clock) - 1) / Math.Max(1, Parts)) + 1;

    private Rational RatePerTick => BucketModel.EffectiveRate(RateScale.Create(limit.Rate, limit.Permits, clock.TimestampFrequency));

    /// <summary>When calendar windows begin that a limiter made now is cut into.</summary>
    public static long Begin(Limit limit, ManualClock clock) => limit.Kind == LimitKind.FixedOfCalendar
        ? clock.Ticks - (long)((Int128)((clock.GetUtcNow() - DateTimeOffset.UnixEpoch).Ticks % limit.Window.Ticks)
            * clock.TimestampFrequency / TimeSpan.TicksPerSecond)
        : clock.Ticks;

    public void Add(Rational permits) => _grants.Add((clock.Ticks, permits));

    public void Add(long time, Rational permits) => _grants.Add((time, permits));

    /// <summary>What counts now, and from when on. A bucket does not know any more when its permits were granted.</summary>
    public IEnumerable<(long Time, Rational Permits)> Counts()
    {
        long now = clock.Ticks;
        return limit.Kind switch
        {
            LimitKind.Bucket => Outstanding() > 0 ? [(now, Outstanding())] : [],
            LimitKind.Exact => _grants.Where(grant => now - grant.Time < limit.Ticks(clock)),
            _ => _grants.Where(grant => Index(grant.Time) >= Index(now) - Parts),
        };
    }

    /// <summary>
    /// At the most what a limiter that is never too generous has left now; what an approximate one granted itself is left out.
    /// </summary>
    public BigInteger Remaining() => (limit.Kind == LimitKind.Bucket
        ? limit.Permits - Outstanding()
        : limit.Permits - Sum(_grants.Where(grant => limit.Kind is LimitKind.Fixed or LimitKind.FixedOfCalendar
            ? Index(grant.Time) >= Index(clock.Ticks)
            : clock.Ticks - grant.Time < limit.Ticks(clock)))).Floor();

    public static Rational Sum(IEnumerable<(long Time, Rational Permits)> grants) =>
        grants.Aggregate((Rational)0, static (sum, grant) => sum + grant.Permits);

    private long Index(long time) => (long)new Rational(time - start, PartTicks).Floor();

    private Rational Outstanding()
    {
        Rational full = _grants.Select(static grant => grant.Time).DefaultIfEmpty(start).Min();
        foreach ((long time, Rational permits) in _grants)
        {
            full = Rational.Max(full, time) + (permits / RatePerTick);
        }

        return Rational.Max(full - clock.Ticks, 0) * RatePerTick;
    }
}
