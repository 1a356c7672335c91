using System.Diagnostics;
using System.Threading.RateLimiting;
using BenchmarkDotNet.Attributes;
using RateSync.Fast.Bench.Peers;

namespace RateSync.Fast.Bench.Benchmarks;

/// <summary>A token bucket refusing.</summary>
[MemoryDiagnoser]
public class RefusalBenchmarks
{
    private readonly TokenBucket _near = new(1_000, 1);
    private readonly TokenBucket _far = new(0.001, 1);
    private readonly TokenBucketRateLimiter _platform = PeerLimits.EmptyTokenBucket();

    [Benchmark(Baseline = true)]
    public long ClockRead() => Stopwatch.GetTimestamp();

    [Benchmark]
    public bool TryAcquireNear() => _near.TryAcquire();

    [Benchmark]
    public bool TryAcquireFlood() => _far.TryAcquire();

    [Benchmark]
    public Decision AttemptNear() => _near.Attempt();

    [Benchmark]
    public bool TokenBucketRateLimiter()
    {
        using RateLimitLease lease = _platform.AttemptAcquire();
        return lease.IsAcquired;
    }
}
