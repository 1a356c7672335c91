using System.Threading.RateLimiting;
using BenchmarkDotNet.Attributes;
using RateSync.Fast.Bench.Keys;
using RateSync.Fast.Bench.Peers;

namespace RateSync.Fast.Bench.Benchmarks;

/// <summary>A limit per key.</summary>
[MemoryDiagnoser]
public class KeyedBenchmarks
{
    private string[] _keys = [];
    private KeyedLimiter _limiter = null!;
    private PartitionedRateLimiter<string> _platform = null!;
    private int _next;

    /// <summary>How many keys there are.</summary>
    [Params(1_000, 100_000)]
    public int Keys { get; set; }

    [GlobalSetup]
    public void Setup()
    {
        _keys = KeySet.Addresses(Keys);
        _limiter = KeyedLimits.Fast(Keys, KeyedLimits.SmallBurst);
        _platform = PeerLimits.Partitioned();
    }

    [GlobalCleanup]
    public void Cleanup() => _platform.Dispose();

    [Benchmark]
    public bool TryAcquireText() => _limiter.TryAcquire(NextKey());

    [Benchmark]
    public bool TryAcquireNumber() => _limiter.TryAcquire((long)(_next++ % Keys));

    [Benchmark(Baseline = true)]
    public bool PartitionedRateLimiter()
    {
        using RateLimitLease lease = _platform.AttemptAcquire(NextKey());
        return lease.IsAcquired;
    }

    private string NextKey()
    {
        if (++_next >= _keys.Length)
        {
            _next = 0;
        }

        return _keys[_next];
    }
}
