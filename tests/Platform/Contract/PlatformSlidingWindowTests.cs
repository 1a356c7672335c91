using System.Threading.RateLimiting;

namespace RateSync.Fast.Tests.Platform.Contract;

public sealed class PlatformSlidingWindowTests : WholeContract
{
    protected override Subject Make(int limit, int queueLimit, QueueProcessingOrder order)
    {
        return new PlatformSubject
        {
            Limiter = new SlidingWindowRateLimiter(new SlidingWindowRateLimiterOptions
            {
                PermitLimit = limit,
                Window = PlatformSubject.Period,
                SegmentsPerWindow = 1,
                AutoReplenishment = false,
                QueueLimit = queueLimit,
                QueueProcessingOrder = order,
            }),
        };
    }
}
