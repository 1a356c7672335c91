using System.Diagnostics;
using RateSync.Fast.Tests.Stress.Checking;

namespace RateSync.Fast.Tests.Stress.Rates;

/// <summary>The limiters under test.</summary>
internal static class RateSubjects
{
    public static RateSubject Make(string name) => name switch
    {
        "token bucket, lanes" => Bucket(200_000, 4_000, Sharding.Auto),
        "token bucket, lanes, batches" => Bucket(200_000, 4_000, Sharding.Auto) with { MostAtATime = 40 },
        "token bucket, lanes, refunds" => BucketWithRefunds(200_000, 4_000, Sharding.Auto),
        "token bucket, shards" => BucketOnShards(200_000, 4_000),
        "token bucket, one word" => Bucket(50_000, 500, Sharding.None),
        "token bucket, small" => Bucket(1_000, 10, Sharding.Auto),
        "leaky bucket" => Leaky(2_000),
        "fixed window" => Fixed(2_000, 40),
        "fixed window, small" => Fixed(20, 10),
        "sliding window, exact" => Sliding(500, 40, SlidingWindowPrecision.Exact),
        "sliding window, sub-windows" => Sliding(4_000, 50, SlidingWindowPrecision.SubWindows),
        "sliding window, approximate" => Sliding(500, 40, SlidingWindowPrecision.Approximate),
        _ => throw new ArgumentOutOfRangeException(nameof(name), name, "Unknown."),
    };

    private static RateSubject Bucket(int rate, int burst, Sharding sharding)
    {
        RateLaw law = RateLaw.PerSecond(rate, burst);
        TokenBucket bucket = new(law.PerSecondAsDouble, burst, new TokenBucketOptions { Sharding = sharding });
        return Of(bucket, law);
    }

    private static RateSubject BucketOnShards(int rate, int burst)
    {
        RateLaw law = RateLaw.PerSecond(rate, burst);
        TokenBucket bucket = new(law.PerSecondAsDouble, burst);
        bucket.Tokens.MakeCells(lanes: 0, shards: 2);
        return Of(bucket, law);
    }

    private static RateSubject BucketWithRefunds(int rate, int burst, Sharding sharding)
    {
        RateLaw law = RateLaw.PerSecond(rate, burst);
        TokenBucket bucket = new(law.PerSecondAsDouble, burst, new TokenBucketOptions { Sharding = sharding });
        return Of(bucket, law) with { GiveBack = permits => bucket.Engine.Undo(permits) };
    }

    private static RateSubject Leaky(int rate)
    {
        RateLaw law = RateLaw.PerSecond(rate, 1);
        return Of(new LeakyBucket(law.PerSecondAsDouble), law);
    }

    public static RateSubject Of(Limiter limiter, RateLaw law) => Of(permits => limiter.TryAcquire(permits), law);

    public static RateSubject Of(Func<int, bool> tryTake, RateLaw law) => new()
    {
        TryTake = tryTake,
        Check = calls => RateBound.Check(calls, law),
        Allowed = ticks => ticks * law.PerSecondAsDouble / Stopwatch.Frequency,
        BurstTicks = (long)(law.Burst * Stopwatch.Frequency / law.PerSecondAsDouble),
        MostPerSecond = (int)(2 * law.PerSecondAsDouble) + (int)law.Burst,
    };

    private static RateSubject Fixed(int limit, int milliseconds)
    {
        TimeSpan window = TimeSpan.FromMilliseconds(milliseconds);
        FixedWindow limiter = new(limit, window, new FixedWindowOptions { Alignment = WindowAlignment.FirstUse });

        // The first use happens here, between two readings, so that the borders are known to within that.
        long earliest = Stopwatch.GetTimestamp();
        bool first = limiter.TryAcquire();
        long latest = Stopwatch.GetTimestamp();
        Assert.True(first);
        long length = milliseconds * (Stopwatch.Frequency / 1000);
        return Windows(limiter, limit, length, 1) with
        {
            Check = calls => WindowBound.CheckAligned(calls, limit, length, earliest, latest),
        };
    }

    private static RateSubject Sliding(int limit, int milliseconds, SlidingWindowPrecision precision)
    {
        SlidingWindowOptions options = new() { Precision = precision };
        SlidingWindow limiter = new(limit, TimeSpan.FromMilliseconds(milliseconds), options);
        long most = limit + (long)limiter.DeclaredExcess;
        long length = milliseconds * (Stopwatch.Frequency / 1000);
        double use = precision == SlidingWindowPrecision.SubWindows ? options.SubWindows / (options.SubWindows + 1.0) : 1;
        return Windows(limiter, limit, length, use) with { Check = calls => WindowBound.Check(calls, most, length) };
    }

    private static RateSubject Windows(Limiter limiter, int limit, long length, double use) => new()
    {
        TryTake = permits => limiter.TryAcquire(permits),
        Check = static _ => BoundReport.Empty,

        // The last window counts only when it is over, and the first has given one permit before.
        Allowed = ticks => Math.Max(0, (Math.Floor(ticks / (double)length) - 1) * use * limit),
        BurstTicks = length,
        MostPerSecond = (int)(2L * limit * Stopwatch.Frequency / length),
    };
}
