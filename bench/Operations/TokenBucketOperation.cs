using RateSync.Fast.Bench.Measure;

namespace RateSync.Fast.Bench.Operations;

/// <summary><see cref="TokenBucket.TryAcquire()"/>.</summary>
internal struct TokenBucketOperation(TokenBucket bucket) : IOperation
{
    private readonly TokenBucket _bucket = bucket;

    public readonly void Begin(long start)
    {
    }

    public readonly bool Invoke() => _bucket.TryAcquire();
}
