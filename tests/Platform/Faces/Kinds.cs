using System.Threading.RateLimiting;
using RateSync.Fast.RateLimiting;

namespace RateSync.Fast.Tests.Platform.Faces;

/// <summary>The limiters on a rate that are made from the platform's options: so many permits a second, as many at once.</summary>
public static class Kinds
{
    public static TheoryData<string> Rates => ["token bucket", "fixed window", "sliding window"];

    public static RateLimiter Make(
        string kind,
        int permits,
        TimeProvider? clock = null,
        int queueLimit = 0,
        QueueProcessingOrder order = QueueProcessingOrder.OldestFirst)
    {
        TimeSpan second = TimeSpan.FromSeconds(1);
        return kind switch
        {
            "token bucket" => RateSyncRateLimiter.Create(
                new TokenBucketRateLimiterOptions
                {
                    TokenLimit = permits,
                    TokensPerPeriod = permits,
                    ReplenishmentPeriod = second,
                    QueueLimit = queueLimit,
                    QueueProcessingOrder = order,
                },
                clock),
            "fixed window" => RateSyncRateLimiter.Create(
                new FixedWindowRateLimiterOptions
                {
                    PermitLimit = permits,
                    Window = second,
                    QueueLimit = queueLimit,
                    QueueProcessingOrder = order,
                },
                clock),
            "sliding window" => RateSyncRateLimiter.Create(
                new SlidingWindowRateLimiterOptions
                {
                    PermitLimit = permits,
                    Window = second,
                    SegmentsPerWindow = 100,
                    QueueLimit = queueLimit,
                    QueueProcessingOrder = order,
                },
                clock),
            _ => RateSyncRateLimiter.Create(
                new ConcurrencyLimiterOptions { PermitLimit = permits, QueueLimit = queueLimit, QueueProcessingOrder = order }, clock),
        };
    }
}
