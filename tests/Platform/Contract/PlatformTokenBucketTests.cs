using System.Threading.RateLimiting;

namespace RateSync.Fast.Tests.Platform.Contract;

public sealed class PlatformTokenBucketTests : WholeContract
{
    protected override Subject Make(int limit, int queueLimit, QueueProcessingOrder order)
    {
        return new PlatformSubject
        {
            Limiter = new TokenBucketRateLimiter(new TokenBucketRateLimiterOptions
            {
                TokenLimit = limit,
                TokensPerPeriod = limit,
                ReplenishmentPeriod = PlatformSubject.Period,
                AutoReplenishment = false,
                QueueLimit = queueLimit,
                QueueProcessingOrder = order,
            }),
        };
    }
}
