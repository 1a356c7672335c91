using RateSync.Fast.Algorithms;

namespace RateSync.Fast.Tests.Property.Buckets;

/// <summary>Random limits, common ones and odd ones.</summary>
internal static class Limits
{
    private static readonly long[] s_frequencies = [1_000_000_000, 10_000_000, 1_000_000, 1000, 3_579_545, 24_000_000, 2_399_998_433];

    private static readonly double[] s_rates = [1, 3, 7, 10, 100, 1000, 1e6, 1e9, 0.1, 1.0 / 3, 2.5, 1.0 / 60, 1e-3, 999_999_937, 59.94];

    /// <summary>Limits whose tick is at least as long as a unit.</summary>
    public static BucketLimits Any(Random random)
    {
        while (true)
        {
            double rate = random.Next(2) == 0
                ? s_rates[random.Next(s_rates.Length)]
                : Math.Pow(10, (random.NextDouble() * 12) - 3);
            long burst = random.Next(3) switch
            {
                0 => random.Next(1, 5),
                1 => random.Next(1, 1000),
                _ => (long)Math.Pow(2, random.NextDouble() * 40),
            };
            BucketLimits limits = new(rate, burst, s_frequencies[random.Next(s_frequencies.Length)]);
            if (burst / rate * limits.Frequency < 1L << 52)
            {
                return limits;
            }
        }
    }

    /// <summary>Limits that are large enough to be split over threads.</summary>
    public static BucketLimits Large(Random random)
    {
        while (true)
        {
            double rate = Math.Pow(10, 5 + (random.NextDouble() * 4));
            long burst = 2000 + (long)Math.Pow(2, random.NextDouble() * 40);
            BucketLimits limits = new(rate, burst, s_frequencies[random.Next(s_frequencies.Length)]);
            if (burst / rate * limits.Frequency < 1L << 52 && ChunkPlan.For(rate, burst, Environment.ProcessorCount).MaxArmed > 0)
            {
                return limits;
            }
        }
    }

    /// <summary>Any numbers that each are in range; some of these limits are refused for what they are together.</summary>
    public static BucketLimits Extreme(Random random)
    {
        double rate = random.Next(4) switch
        {
            0 => s_rates[random.Next(s_rates.Length)],
            1 => 1 / (random.Next(1, 400) * 86_400.0),
            2 => 1e9 - random.Next(1000),
            _ => Math.Pow(10, (random.NextDouble() * 18) - 9),
        };
        long burst = random.Next(4) switch
        {
            0 => random.Next(1, 5),
            1 => (1L << 40) - random.Next(5),
            _ => (long)Math.Pow(2, random.NextDouble() * 40),
        };
        return new BucketLimits(rate, burst, s_frequencies[random.Next(s_frequencies.Length)]);
    }
}
