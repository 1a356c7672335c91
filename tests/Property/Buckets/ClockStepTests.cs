using RateSync.Fast.Tests.Property.Checks;
using RateSync.Fast.Tests.Shared;

namespace RateSync.Fast.Tests.Property.Buckets;

public sealed class ClockStepTests
{
    [Fact]
    public void A_clock_set_back_by_any_time_frees_nothing() => Sequences.Run(1000, 0, static (random, _, log) =>
    {
        (TokenBucket bucket, ManualClock clock) = Make(random, log);
        ClockStepLaw.GoingBackFreesNothing(bucket, clock, random, log, 58);
    });

    [Fact]
    public void After_years_of_idling_there_is_the_burst_and_no_more() => Sequences.Run(1000, 0, static (random, _, log) =>
    {
        (TokenBucket bucket, ManualClock clock) = Make(random, log);
        ClockStepLaw.IdlingFillsOnce(bucket, clock, random, log, 57);
    });

    private static (TokenBucket Bucket, ManualClock Clock) Make(Random random, List<string> log)
    {
        BucketLimits limits = Limits.Any(random);
        log.Add(limits.ToString());
        ManualClock clock = new(limits.Frequency, random.NextInt64(1L << 61));
        return (new TokenBucket(limits.Rate, limits.Burst, new TokenBucketOptions { Sharding = Sharding.None }, clock), clock);
    }
}
