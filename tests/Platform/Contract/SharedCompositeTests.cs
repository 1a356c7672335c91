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
        FixedWindow window = new(limit, OwnSubject.Period, new FixedWindowOptions { Alignment = WindowAlignment.FirstUse }, clock);
        CompositeLimiter both = new([window, new TicketSemaphore(limit, null, clock)], null, clock);
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
