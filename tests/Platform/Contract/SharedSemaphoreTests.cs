using System.Threading.RateLimiting;
using RateSync.Fast.RateLimiting;
using RateSync.Fast.Tests.Shared;

namespace RateSync.Fast.Tests.Platform.Contract;

/// <summary>
/// A semaphore that others may use too: whoever waits for several of its slots keeps those that came free first, and so nobody else sees
/// them.
/// </summary>
public sealed class SharedSemaphoreTests : RateLimiterContract
{
    protected override Subject Make(int limit, int queueLimit, QueueProcessingOrder order)
    {
        ManualClock clock = new();
        return new OwnSubject(clock)
        {
            Limiter = new TicketSemaphore(limit, null, clock).AsRateLimiter(new RateLimiterFaceOptions
            {
                QueueLimit = queueLimit,
                QueueProcessingOrder = order,
                DisposeLimiter = true,
                TimeProvider = clock,
            }),
        };
    }
}
