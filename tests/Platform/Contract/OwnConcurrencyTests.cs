using System.Threading.RateLimiting;
using RateSync.Fast.RateLimiting;
using RateSync.Fast.Tests.Shared;

namespace RateSync.Fast.Tests.Platform.Contract;

public sealed class OwnConcurrencyTests : WholeContract
{
    protected override Subject Make(int limit, int queueLimit, QueueProcessingOrder order)
    {
        ManualClock clock = new();
        return new OwnSubject(clock)
        {
            Limiter = RateSyncRateLimiter.Create(
                new ConcurrencyLimiterOptions
                {
                    PermitLimit = limit,
                    QueueLimit = queueLimit,
                    QueueProcessingOrder = order,
                },
                clock),
        };
    }
}
