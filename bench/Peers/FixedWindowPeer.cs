using System.Threading.RateLimiting;
using RateSync.Fast.Bench.Measure;

namespace RateSync.Fast.Bench.Peers;

/// <summary><see cref="FixedWindowRateLimiter"/>.</summary>
internal struct FixedWindowPeer(FixedWindowRateLimiter limiter) : IOperation
{
    private readonly FixedWindowRateLimiter _limiter = limiter;

    public readonly void Begin(long start)
    {
    }

    public readonly bool Invoke()
    {
        using RateLimitLease lease = _limiter.AttemptAcquire(1);
        return lease.IsAcquired;
    }
}
