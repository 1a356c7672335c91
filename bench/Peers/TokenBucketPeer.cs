using System.Threading.RateLimiting;
using RateSync.Fast.Bench.Measure;

namespace RateSync.Fast.Bench.Peers;

/// <summary><see cref="TokenBucketRateLimiter"/>, as a user runs it: no queue, leases disposed of.</summary>
internal struct TokenBucketPeer(TokenBucketRateLimiter limiter) : IOperation
{
    private readonly TokenBucketRateLimiter _limiter = limiter;

    public readonly void Begin(long start)
    {
    }

    public readonly bool Invoke()
    {
        using RateLimitLease lease = _limiter.AttemptAcquire(1);
        return lease.IsAcquired;
    }
}
