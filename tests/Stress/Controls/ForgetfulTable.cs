using System.Collections.Concurrent;

namespace RateSync.Fast.Tests.Stress.Controls;

/// <summary>Broken on purpose: a table that makes room by forgetting whoever is there, so that a key's bucket is full again.</summary>
internal sealed class ForgetfulTable(double ratePerSecond, long burst, int maxKeys)
{
    private readonly ConcurrentDictionary<int, LockedBucket> _buckets = new();

    public bool TryAcquire(int key)
    {
        if (!_buckets.TryGetValue(key, out LockedBucket? bucket))
        {
            if (_buckets.Count >= maxKeys)
            {
                _buckets.Clear();
            }

            bucket = _buckets.GetOrAdd(key, _ => new LockedBucket(ratePerSecond, burst));
        }

        return bucket.TryAcquire(1);
    }
}
