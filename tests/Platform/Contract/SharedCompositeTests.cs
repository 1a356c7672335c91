using System.Threading.RateLimiting;
using RateSync.Fast.RateLimiting;
using RateSync.Fast.Tests.Shared;

namespace RateSync.Fast.Tests.Platform.Contract;

/// <summary>A rate and slots at once: leases that only the permit can undo.</summary>
public sealed class SharedCompositeTests : RateLimiterContract
{
    protected override Subject Make(int limit, int queueLimit, QueueProcessingOrder order)
    {
        ManualClock clock = new();
        CompositeLimiter both = new(
            [new FixedWindow(limit, OwnSubject.Period, new FixedWindowOptions { Alignment = WindowAlignment.FirstUse }, clock), new TicketSemaphore(limit, null, clock)],
            null,
            clock);
        return new OwnSubject(clock)
        {
            Limiter = both.AsRateLimiter(new RateLimiterFaceOptions
            {
                QueueLimit = queueLimit,
                QueueProcessingOrder = order,
                DisposeLimiter = true,
                TimeProvider = clock,
            }),
        };
    }
}
