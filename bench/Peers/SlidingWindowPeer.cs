using System.Threading.RateLimiting;
using RateSync.Fast.Bench.Measure;

namespace RateSync.Fast.Bench.Peers;

/// <summary><see cref="SlidingWindowRateLimiter"/>.</summary>
internal struct SlidingWindowPeer(SlidingWindowRateLimiter limiter) : IOperation
{
    private readonly SlidingWindowRateLimiter _limiter = limiter;

    public readonly void Begin(long start)
    {
    }

    public readonly bool Invoke()
    {
        using RateLimitLease lease = _limiter.AttemptAcquire(1);
        return lease.IsAcquired;
    }
}
