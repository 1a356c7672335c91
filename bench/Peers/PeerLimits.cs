using System.Threading.RateLimiting;

namespace RateSync.Fast.Bench.Peers;

/// <summary>The platform's limiters with the settings they are measured with: no queue, and no timer where none is needed.</summary>
internal static class PeerLimits
{
    /// <summary>Rate and burst of limiters that are not meant to refuse while they are measured.</summary>
    public const double Rate = 1e9;

    public const long Burst = 1L << 36;

    /// <summary>A bucket that does not run dry while it is measured: at 10 ns a token it lasts 20 s.</summary>
    public static TokenBucketRateLimiter FullTokenBucket() => new(new TokenBucketRateLimiterOptions
    {
        TokenLimit = int.MaxValue,
        TokensPerPeriod = int.MaxValue,
        ReplenishmentPeriod = TimeSpan.FromHours(1),
        AutoReplenishment = false,
        QueueLimit = 0,
    });

    /// <summary>A bucket without tokens.</summary>
    public static TokenBucketRateLimiter EmptyTokenBucket()
    {
        TokenBucketRateLimiter limiter = new(new TokenBucketRateLimiterOptions
        {
            TokenLimit = 1,
            TokensPerPeriod = 1,
            ReplenishmentPeriod = TimeSpan.FromHours(1),
            AutoReplenishment = false,
            QueueLimit = 0,
        });
        limiter.AttemptAcquire().Dispose();
        return limiter;
    }

    /// <summary>A million a second in steps of ten milliseconds, the shortest period that a timer meets well.</summary>
    public static TokenBucketRateLimiter SaturatedTokenBucket() => new(new TokenBucketRateLimiterOptions
    {
        TokenLimit = 10_000,
        TokensPerPeriod = 10_000,
        ReplenishmentPeriod = TimeSpan.FromMilliseconds(10),
        AutoReplenishment = true,
        QueueLimit = 0,
    });

    /// <summary>A bucket with a line, replenished by a timer every 20 ms: a whole number of ticks of the platform's timers.</summary>
    public static TokenBucketRateLimiter Queueing(int burst, double rate, int queue)
    {
        TimeSpan period = TimeSpan.FromMilliseconds(20);
        return new(new TokenBucketRateLimiterOptions
        {
            TokenLimit = burst,
            TokensPerPeriod = (int)(rate * period.TotalSeconds),
            ReplenishmentPeriod = period,
            AutoReplenishment = true,
            QueueLimit = queue,
            QueueProcessingOrder = QueueProcessingOrder.OldestFirst,
        });
    }

    public static FixedWindowRateLimiter FixedWindow() => new(new FixedWindowRateLimiterOptions
    {
        PermitLimit = int.MaxValue,
        Window = TimeSpan.FromHours(1),
        AutoReplenishment = false,
        QueueLimit = 0,
    });

    public static SlidingWindowRateLimiter SlidingWindow() => new(new SlidingWindowRateLimiterOptions
    {
        PermitLimit = int.MaxValue,
        Window = TimeSpan.FromHours(1),
        SegmentsPerWindow = 10,
        AutoReplenishment = false,
        QueueLimit = 0,
    });

    public static ConcurrencyLimiter Concurrency(int slots, int queue = 0) => new(new ConcurrencyLimiterOptions
    {
        PermitLimit = slots,
        QueueLimit = queue,
        QueueProcessingOrder = QueueProcessingOrder.OldestFirst,
    });

    /// <summary>One bucket a key, as the platform has it: replenished by its own heartbeat.</summary>
    public static PartitionedRateLimiter<string> Partitioned()
    {
        TokenBucketRateLimiterOptions options = new()
        {
            TokenLimit = 1_000_000,
            TokensPerPeriod = 1,
            ReplenishmentPeriod = TimeSpan.FromHours(1),
            AutoReplenishment = false,
            QueueLimit = 0,
        };
        return PartitionedRateLimiter.Create<string, string>(key => RateLimitPartition.GetTokenBucketLimiter(key, _ => options));
    }
}
