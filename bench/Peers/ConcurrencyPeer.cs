using System.Threading.RateLimiting;
using RateSync.Fast.Bench.Measure;

namespace RateSync.Fast.Bench.Peers;

/// <summary><see cref="ConcurrencyLimiter"/>: a lease taken and given back.</summary>
internal struct ConcurrencyPeer(ConcurrencyLimiter limiter) : IOperation
{
    private readonly ConcurrencyLimiter _limiter = limiter;

    public readonly void Begin(long start)
    {
    }

    public readonly bool Invoke()
    {
        using RateLimitLease lease = _limiter.AttemptAcquire(1);
        return lease.IsAcquired;
    }
}
