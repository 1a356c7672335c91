using System.Threading.RateLimiting;
using RateSync.Fast.RateLimiting;
using RateSync.Fast.Tests.Shared;

namespace RateSync.Fast.Tests.Platform.Contract;

public sealed class OwnFixedWindowTests : WholeContract
{
    protected override Subject Make(int limit, int queueLimit, QueueProcessingOrder order)
    {
        ManualClock clock = new();
        return new OwnSubject(clock)
        {
            Limiter = RateSyncRateLimiter.Create(
                new FixedWindowRateLimiterOptions
                {
                    PermitLimit = limit,
                    Window = OwnSubject.Period,
                    AutoReplenishment = false,
                    QueueLimit = queueLimit,
                    QueueProcessingOrder = order,
                },
                clock),
        };
    }
}
