using RateSync.Fast.Bench.Measure;

namespace RateSync.Fast.Bench.Operations;

/// <summary>A rate and a concurrency limit at once.</summary>
internal struct CompositeOperation(CompositeLimiter limiter) : IOperation
{
    private readonly CompositeLimiter _limiter = limiter;

    public readonly void Begin(long start)
    {
    }

    public readonly bool Invoke()
    {
        if (!_limiter.TryAcquire(out Permit permit))
        {
            return false;
        }

        permit.Dispose();
        return true;
    }
}
