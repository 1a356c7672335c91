using RateSync.Fast.Algorithms;
using RateSync.Fast.Tests.Property.Checks;
using RateSync.Fast.Tests.Shared;

namespace RateSync.Fast.Tests.Property.Buckets;

public sealed class LeakyBucketTests
{
    [Fact]
    public void One_caller_gets_the_answers_of_a_bucket_of_one() => Sequences.Run(800, 120, static (random, steps, log) =>
    {
        BucketLimits limits = Limits.Any(random) with { Burst = 1 };
        log.Add(limits.ToString());
        ManualClock clock = new(limits.Frequency, random.NextInt64(1L << 50));
        RateScale scale = RateScale.Create(limits.Rate, 1, limits.Frequency);
        LeakyBucket bucket = new(limits.Rate, random.Next(10), null, clock);
        Assert.Equal(1, bucket.Limit);
        Assert.Equal(0, bucket.DeclaredShortfall);
        new RateRun(bucket, clock, new BucketModel(BucketModel.EffectiveRate(scale), 1, clock.Ticks), random, log)
        {
            Stride = limits.Stride(random),
            DeepestDebt = (Gcra.MaxAhead / scale.Cost) - 1,
            Bound = new BoundChecker(Rational.OfDecimal(limits.Rate) / limits.Frequency, 1),
        }.Steps(steps);
    });

    [Fact]
    public void Two_grants_are_never_closer_than_the_rate_allows() => Sequences.Run(300, 0, static (random, _, log) =>
    {
        BucketLimits limits = Limits.Any(random);
        log.Add(limits.ToString());
        ManualClock clock = new(limits.Frequency, random.NextInt64(1L << 50));
        LeakyBucket bucket = new(limits.Rate, 0, null, clock);
        Rational apart = limits.Frequency / Rational.OfDecimal(limits.Rate);
        long step = Math.Max(1, (long)(apart / 7).Floor());
        long last = long.MinValue / 2;
        for (int i = 0; i < 300; i++)
        {
            if (bucket.TryAcquire())
            {
                Assert.True(clock.Ticks - last >= apart, $"Only {clock.Ticks - last} ticks apart.");
                last = clock.Ticks;
            }

            clock.Advance(random.NextInt64(2 * step) + (step == 1 ? 1 : 0));
        }
    });
}
