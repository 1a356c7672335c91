using System.Threading.RateLimiting;
using BenchmarkDotNet.Attributes;
using RateSync.Fast.Bench.Peers;

namespace RateSync.Fast.Bench.Benchmarks;

/// <summary>A token bucket granting.</summary>
[MemoryDiagnoser]
public class TokenBucketBenchmarks
{
    private readonly TokenBucket _bucket = new(PeerLimits.Rate, PeerLimits.Burst);
    private readonly TokenBucketRateLimiter _platform = PeerLimits.FullTokenBucket();
    private readonly GcraWord _word = new(PeerLimits.Rate, PeerLimits.Burst);
    private long _line = long.MaxValue;

    [Benchmark(Baseline = true)]
    public long InterlockedDecrement() => Interlocked.Decrement(ref _line);

    [Benchmark]
    public bool TryAcquire() => _bucket.TryAcquire();

    [Benchmark]
    public bool TryAcquireThree() => _bucket.TryAcquire(3);

    [Benchmark]
    public Decision Attempt() => _bucket.Attempt();

    [Benchmark]
    public ValueTask<Permit> AcquireAsync() => _bucket.AcquireAsync();

    [Benchmark]
    public bool TokenBucketRateLimiter()
    {
        using RateLimitLease lease = _platform.AttemptAcquire();
        return lease.IsAcquired;
    }

    [Benchmark]
    public bool GcraOnOneWord() => _word.TryAcquire();
}
