using System.Threading.RateLimiting;

namespace RateSync.Fast.Tests.Platform.Contract;

public sealed class PlatformConcurrencyTests : WholeContract
{
    protected override Subject Make(int limit, int queueLimit, QueueProcessingOrder order)
    {
        return new PlatformSubject
        {
            Limiter = new ConcurrencyLimiter(new ConcurrencyLimiterOptions
            {
                PermitLimit = limit,
                QueueLimit = queueLimit,
                QueueProcessingOrder = order,
            }),
        };
    }
}
