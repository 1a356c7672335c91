using System.Collections.Concurrent;
using RateSync.Fast.Bench.Measure;

namespace RateSync.Fast.Bench.Floors;

/// <summary>
/// A look into a dictionary and <see cref="TokenBucket.TryAcquire()"/>: what finding a limiter by its name cannot cost less than.
/// </summary>
internal struct LookUpAndTakeFloor(ConcurrentDictionary<string, TokenBucket> buckets, string id) : IOperation
{
    private readonly ConcurrentDictionary<string, TokenBucket> _buckets = buckets;
    private readonly string _id = id;

    public readonly void Begin(long start)
    {
    }

    public readonly bool Invoke() => _buckets.TryGetValue(_id, out TokenBucket? bucket) && bucket.TryAcquire();
}
