using System.Diagnostics;
using System.Globalization;

namespace RateSync.Fast.Tests.Stress.Checking;

/// <summary>
/// At most <see cref="Burst"/> + <see cref="Permits"/> * d / <see cref="Ticks"/> permits in any interval of d clock ticks: an exact
/// fraction, because a double could hide a permit.
/// </summary>
internal sealed record RateLaw
{
    private RateLaw(long burst, long permits, long ticks)
    {
        Burst = burst;
        Permits = permits;
        Ticks = ticks;
    }

    public long Burst { get; }

    public long Permits { get; }

    public long Ticks { get; }

    /// <summary>Permits per second, for a constructor's argument.</summary>
    public double PerSecondAsDouble => (double)Permits * Stopwatch.Frequency / Ticks;

    /// <summary>The law of <paramref name="permits"/> per <paramref name="seconds"/> on the system's clock.</summary>
    public static RateLaw PerSecond(long permits, long burst, long seconds = 1)
    {
        long ticks = seconds * Stopwatch.Frequency;
        long common = (long)System.Numerics.BigInteger.GreatestCommonDivisor(permits, ticks);
        return new RateLaw(burst, permits / common, ticks / common);
    }

    /// <summary>The same rate with a larger burst.</summary>
    public RateLaw With(long burst) => new(burst, Permits, Ticks);

    /// <summary>The most permits in so many ticks.</summary>
    public long Most(long ticks) => (long)(Burst + ((Int128)Permits * ticks / Ticks));

    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture, $"{Burst} + {PerSecondAsDouble:0.###}/s");
}
