using RateSync.Fast.Bench.Measure;

namespace RateSync.Fast.Bench.Operations;

/// <summary><see cref="TokenBucket.TryAcquire()"/> of a bucket that is asked for more than it has.</summary>
internal struct SaturatedOperation(TokenBucket bucket) : IOperation
{
    private readonly TokenBucket _bucket = bucket;

    public readonly void Begin(long start)
    {
    }

    public readonly bool Invoke() => _bucket.TryAcquire();
}
