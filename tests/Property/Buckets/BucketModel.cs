using System.Numerics;
using RateSync.Fast.Algorithms;
using RateSync.Fast.Tests.Property.Checks;

namespace RateSync.Fast.Tests.Property.Buckets;

/// <summary>A token bucket by exact fractions: the tick at which it is full again, and nothing else.</summary>
/// <param name="ratePerTick">Permits that come in each tick.</param>
/// <param name="burst">Permits that it holds when full.</param>
/// <param name="fullAt">The tick at which it is full for the first time.</param>
internal sealed class BucketModel(Rational ratePerTick, long burst, Rational fullAt) : IRateModel
{
    private Rational _fullAt = fullAt;

    public long Limit => burst;

    /// <summary>
    /// The rate that a limit really enforces: the nominal one, or a little less where that is no fraction of small numbers.
    /// </summary>
    public static Rational EffectiveRate(in RateScale scale) =>
        new(scale.UnitsPerTick, (BigInteger)scale.Cost << scale.Shift);

    public long Remaining(long now) => (long)Tokens(now).Floor();

    public long Take(long now, long permits)
    {
        _fullAt = Rational.Max(_fullAt, now) + (permits / ratePerTick);
        return 0;
    }

    public void Refund(long now, long permits, long booking) =>
        _fullAt = Rational.Max(_fullAt - (permits / ratePerTick), now);

    public long TicksUntil(long now, long permits)
    {
        Rational missing = permits - Tokens(now);
        return missing <= 0 ? 0 : (long)(missing / ratePerTick).Ceiling();
    }

    public long TicksUntilUnused(long now) => _fullAt <= now ? 0 : (long)(_fullAt - now).Ceiling();

    private Rational Tokens(long now) => burst - (Rational.Max(_fullAt - now, 0) * ratePerTick);
}
