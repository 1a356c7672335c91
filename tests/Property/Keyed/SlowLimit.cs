using System.Globalization;
using System.Numerics;

namespace RateSync.Fast.Tests.Property.Keyed;

/// <summary>A rate of <see cref="Permits"/> in <see cref="Ticks"/> clock ticks, and a burst.</summary>
internal readonly record struct SlowLimit(double Rate, BigInteger Permits, BigInteger Ticks, int Burst, long Frequency)
{
    /// <summary>The rate is enforced, and a permit granted, late by less than one part in this many.</summary>
    public const long Precision = 500_000;

    /// <summary>From one permit in 30 years to a billion in a second.</summary>
    public static SlowLimit Random(Random random, long[] frequencies, int maxBurst)
    {
        while (true)
        {
            long frequency = frequencies[random.Next(frequencies.Length)];
            int digits = random.Next(3) == 0 ? 1 : random.Next(1, 100_000);
            int exponent = random.Next(-13, 10);
            double rate = double.Parse(string.Create(CultureInfo.InvariantCulture, $"{digits}E{exponent}"), CultureInfo.InvariantCulture);
            int burst = random.Next(3) == 0 ? random.Next(1, 4) : random.Next(1, maxBurst + 1);
            BigInteger permits = digits * BigInteger.Pow(10, Math.Max(0, exponent));
            BigInteger ticks = frequency * BigInteger.Pow(10, Math.Max(0, -exponent));
            if (rate is >= 1e-9 and <= 1e9 && maxBurst * ticks <= permits << 60)
            {
                return new SlowLimit(rate, permits, ticks, burst, frequency);
            }
        }
    }

    /// <summary>Ticks in which so many permits come back, rounded up.</summary>
    public long ExactTicksFor(long permits) => (long)(((permits * Ticks) + Permits - 1) / Permits);

    /// <summary>Ticks in which so many permits come back at the latest.</summary>
    public long LateTicksFor(long permits) => ExactTicksFor(permits) + (ExactTicksFor(permits) / (Precision - 1)) + 2;
}
