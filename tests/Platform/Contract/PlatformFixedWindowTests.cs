using System.Threading.RateLimiting;

namespace RateSync.Fast.Tests.Platform.Contract;

public sealed class PlatformFixedWindowTests : WholeContract
{
    protected override Subject Make(int limit, int queueLimit, QueueProcessingOrder order)
    {
        return new PlatformSubject
        {
            Limiter = new FixedWindowRateLimiter(new FixedWindowRateLimiterOptions
            {
                PermitLimit = limit,
                Window = PlatformSubject.Period,
                AutoReplenishment = false,
                QueueLimit = queueLimit,
                QueueProcessingOrder = order,
            }),
        };
    }
}
