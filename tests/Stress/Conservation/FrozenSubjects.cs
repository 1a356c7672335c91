using RateSync.Fast.Tests.Shared;

namespace RateSync.Fast.Tests.Stress.Conservation;

/// <summary>Limiters of 4,000 permits, of which none comes in as long as the clock stands still.</summary>
internal static class FrozenSubjects
{
    public const int Burst = 4_000;

    public static Limiter Make(string name)
    {
        ManualClock clock = new();
        TimeSpan window = TimeSpan.FromMilliseconds(10);
        return name switch
        {
            "token bucket, lanes" => new TokenBucket(1e6, Burst, timeProvider: clock),
            "token bucket, shards" => OnShards(new TokenBucket(1e6, Burst, timeProvider: clock)),
            "token bucket, one word" => new TokenBucket(1e6, Burst, new TokenBucketOptions { Sharding = Sharding.None }, clock),
            "fixed window" => new FixedWindow(Burst, window, timeProvider: clock),
            "sliding window, exact" => new SlidingWindow(Burst, window, timeProvider: clock),
            "sliding window, sub-windows" => Sliding(SlidingWindowPrecision.SubWindows),
            "sliding window, approximate" => Sliding(SlidingWindowPrecision.Approximate),
            _ => throw new ArgumentOutOfRangeException(nameof(name), name, "Unknown."),
        };

        SlidingWindow Sliding(SlidingWindowPrecision precision) =>
            new(Burst, window, new SlidingWindowOptions { Precision = precision }, clock);
    }

    private static TokenBucket OnShards(TokenBucket bucket)
    {
        bucket.Tokens.MakeCells(lanes: 0, shards: 2);
        return bucket;
    }
}
