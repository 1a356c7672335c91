using System.Threading.RateLimiting;
using RateSync.Fast.Bench.Measure;

namespace RateSync.Fast.Bench.Peers;

/// <summary><see cref="PartitionedRateLimiter{TResource}"/>, one key after the other.</summary>
internal struct PartitionedPeer(PartitionedRateLimiter<string> limiter, string[] keys) : IOperation
{
    private readonly PartitionedRateLimiter<string> _limiter = limiter;
    private readonly string[] _keys = keys;
    private int _next;

    public void Begin(long start)
    {
        _next = (int)(start % _keys.Length);
    }

    public bool Invoke()
    {
        string key = _keys[_next];
        if (++_next == _keys.Length)
        {
            _next = 0;
        }

        using RateLimitLease lease = _limiter.AttemptAcquire(key);
        return lease.IsAcquired;
    }
}
