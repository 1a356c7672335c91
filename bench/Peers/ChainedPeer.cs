using System.Threading.RateLimiting;
using RateSync.Fast.Bench.Measure;

namespace RateSync.Fast.Bench.Peers;

/// <summary>A chain of platform limiters: the leases taken together and given back.</summary>
internal struct ChainedPeer(RateLimiter limiter) : IOperation
{
    private readonly RateLimiter _limiter = limiter;

    public readonly void Begin(long start)
    {
    }

    public readonly bool Invoke()
    {
        using RateLimitLease lease = _limiter.AttemptAcquire(1);
        return lease.IsAcquired;
    }
}
