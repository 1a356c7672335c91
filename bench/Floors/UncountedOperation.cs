using RateSync.Fast.Bench.Measure;

namespace RateSync.Fast.Bench.Floors;

/// <summary>The token bucket with its counting left out.</summary>
internal struct UncountedOperation(UncountedBucket bucket) : IOperation
{
    private readonly UncountedBucket _bucket = bucket;

    public readonly void Begin(long start)
    {
    }

    public readonly bool Invoke() => _bucket.TryAcquire();
}
