using RateSync.Fast.Algorithms;
using RateSync.Fast.Tests.Property.Checks;
using RateSync.Fast.Tests.Shared;
using RateSync.Fast.Time;

namespace RateSync.Fast.Tests.Property.Buckets;

/// <summary>What is computed in words is what is computed with numbers of any length.</summary>
public sealed class ShortFractionTests
{
    private static readonly long[] s_frequencies = [1, 60, 1000, 10_000_000, 1_000_000_000, 1_000_000_000_000];

    [Fact]
    public void Units_chosen_in_words_are_those_chosen_with_large_numbers()
    {
        int same = 0;
        Sequences.Run(30_000, 0, (random, _, log) =>
        {
            long frequency = s_frequencies[random.Next(s_frequencies.Length)];
            long burst = 1 + (long)(Math.Pow(2, random.NextDouble() * 40) - 1);
            double rate = Math.Clamp(Rate(random), RateScale.MinRate, RateScale.MaxRate);
            log.Add($"{rate:R} a second, burst {burst}, {frequency} Hz");
            RateScale exact;
            try
            {
                exact = RateScale.CreateExactly(rate, burst, frequency, "rate", "burst");
            }
            catch (ArgumentOutOfRangeException exception)
            {
                Assert.Equal(
                    exception.Message, Assert.Throws<ArgumentOutOfRangeException>(() => RateScale.Create(rate, burst, frequency, "rate", "burst")).Message);
                return;
            }

            Assert.Equal(exact, RateScale.Create(rate, burst, frequency));
            same += ShortFraction.TryPermitsPerTick(rate, frequency, out long _, out long _) ? 1 : 0;
        });
        Assert.True(same > 1000, $"Only {same} were computed in words.");
    }

    [Fact]
    public void A_span_in_ticks_is_rounded_down_and_cut_as_with_large_numbers() => Sequences.Run(20_000, 0, static (random, _, log) =>
    {
        long frequency = s_frequencies[random.Next(s_frequencies.Length)];
        TimeSpan span = new((long)(Math.Pow(2, random.NextDouble() * 63) - 1) - random.Next(2));
        log.Add($"{span.Ticks} at {frequency} Hz");
        Int128 exact = span <= TimeSpan.Zero ? 0 : (Int128)span.Ticks * frequency / TimeSpan.TicksPerSecond;
        Assert.Equal((long)Int128.Min(exact, long.MaxValue / 2), new Clock(new ManualClock(frequency)).ToTicks(span));
    });

    /// <summary>Whole ones, ones with a few decimals as people write them, and any.</summary>
    private static double Rate(Random random) => random.Next(4) switch
    {
        0 => random.Next(1, 1000),
        1 => Math.Round(Math.Pow(10, random.NextDouble() * 9)),
        2 => Math.Round(Math.Pow(10, (random.NextDouble() * 12) - 3), random.Next(9)),
        _ => Math.Pow(10, (random.NextDouble() * 18) - 9),
    };
}
