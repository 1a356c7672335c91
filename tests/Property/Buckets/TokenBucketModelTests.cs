using RateSync.Fast.Algorithms;
using RateSync.Fast.Tests.Property.Checks;
using RateSync.Fast.Tests.Shared;

namespace RateSync.Fast.Tests.Property.Buckets;

public sealed class TokenBucketModelTests
{
    [Fact]
    public void One_caller_gets_the_answers_of_an_exact_bucket() => Sequences.Run(1500, 120, (random, steps, log) =>
        Compare(random, steps, log, Limits.Any(random), back: false));

    [Fact]
    public void So_it_does_when_the_clock_is_set_back() => Sequences.Run(1000, 120, (random, steps, log) =>
        Compare(random, steps, log, Limits.Any(random), back: true, settles: random.Next(2) == 0));

    private static void Compare(Random random, int steps, List<string> log, in BucketLimits limits, bool back, bool settles = true)
    {
        ManualClock clock = new(limits.Frequency, random.NextInt64(1L << 50));
        RateScale scale = RateScale.Create(limits.Rate, limits.Burst, limits.Frequency);
        log.Add($"{limits} is {scale.UnitsPerTick} / {scale.Cost} << {scale.Shift}");
        Rational rate = BucketModel.EffectiveRate(scale);
        long stride = limits.Stride(random);
        long? initial = random.Next(4) == 0 ? random.NextInt64(limits.Burst + 1) : null;
        TokenBucketOptions options = new() { Sharding = Sharding.None, InitialPermits = initial };
        TokenBucket bucket = new(limits.Rate, limits.Burst, options, clock);
        Rational fullAt = clock.Ticks + ((limits.Burst - (initial ?? limits.Burst)) / rate);
        log.Add($"Begins with {initial}");
        new RateRun(bucket, clock, new BucketModel(rate, limits.Burst, fullAt), random, log)
        {
            Stride = stride,
            DeepestDebt = (Gcra.MaxAhead / scale.Cost) - limits.Burst,
            MostBack = back ? Math.Min(stride, (1L << 50) / scale.UnitsPerTick) : 0,
            Settles = settles,

            // A refund at an early time and a grant at another: the time between them counts twice, which no check by the latest time
            // forgives.
            Bound = back && settles ? null : new BoundChecker(Rational.OfDecimal(limits.Rate) / limits.Frequency, limits.Burst),
        }.Steps(steps);
    }
}
