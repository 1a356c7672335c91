using System.Threading.RateLimiting;
using RateSync.Fast.RateLimiting;
using RateSync.Fast.Tests.Shared;

namespace RateSync.Fast.Tests.Platform.Contract;

public sealed class OwnTokenBucketTests : WholeContract
{
    protected override Subject Make(int limit, int queueLimit, QueueProcessingOrder order)
    {
        ManualClock clock = new();
        return new OwnSubject(clock)
        {
            Limiter = RateSyncRateLimiter.Create(
                new TokenBucketRateLimiterOptions
                {
                    TokenLimit = limit,
                    TokensPerPeriod = limit,
                    ReplenishmentPeriod = OwnSubject.Period,
                    AutoReplenishment = false,
                    QueueLimit = queueLimit,
                    QueueProcessingOrder = order,
                },
                clock),
        };
    }
}
