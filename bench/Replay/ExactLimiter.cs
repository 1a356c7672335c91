using System.Numerics;

namespace RateSync.Fast.Bench.Replay;

/// <summary>
/// The obvious token bucket, one for each client, in whole numbers of any size: nothing is rounded. As slow as it
/// is plain; what the fast one answers must be what this one answers.
/// </summary>
internal sealed class ExactLimiter
{
    private readonly Dictionary<string, Bucket> _buckets = new(StringComparer.Ordinal);
    private readonly BigInteger _perTick;
    private readonly BigInteger _token;
    private readonly BigInteger _full;

    public ExactLimiter(ExactRate rate, long burst)
    {
        // A token is cut into as many parts as there are ticks in the seconds that the rate counts; each tick brings as many parts as the
        // rate has permits.
        _perTick = rate.Permits;
        _token = rate.Seconds * TimeSpan.TicksPerSecond;
        _full = _token * burst;
    }

    public bool TryAcquire(string client, long ticks)
    {
        if (!_buckets.TryGetValue(client, out Bucket? bucket))
        {
            bucket = new Bucket { Parts = _full, At = ticks };
            _buckets.Add(client, bucket);
        }

        bucket.Parts = BigInteger.Min(_full, bucket.Parts + ((ticks - bucket.At) * _perTick));
        bucket.At = ticks;
        if (bucket.Parts < _token)
        {
            return false;
        }

        bucket.Parts -= _token;
        return true;
    }

    private sealed class Bucket
    {
        public BigInteger Parts { get; set; }

        public long At { get; set; }
    }
}
