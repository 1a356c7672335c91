using System.Threading.RateLimiting;
using BenchmarkDotNet.Attributes;
using RateSync.Fast.Bench.Peers;

namespace RateSync.Fast.Bench.Benchmarks;

/// <summary>Windows granting.</summary>
[MemoryDiagnoser]
public class WindowBenchmarks
{
    private readonly FixedWindow _fixed = new(int.MaxValue, TimeSpan.FromSeconds(1));
    private readonly FixedWindow _fixedWord = new(int.MaxValue, TimeSpan.FromSeconds(1), new FixedWindowOptions { Sharding = Sharding.None });
    private readonly SlidingWindow _sliding = new(65_536, TimeSpan.FromMilliseconds(1));
    private readonly FixedWindowRateLimiter _platformFixed = PeerLimits.FixedWindow();
    private readonly SlidingWindowRateLimiter _platformSliding = PeerLimits.SlidingWindow();

    [Benchmark]
    public bool FixedTryAcquire() => _fixed.TryAcquire();

    [Benchmark]
    public bool FixedTryAcquireOneWord() => _fixedWord.TryAcquire();

    [Benchmark]
    public bool SlidingTryAcquireExact() => _sliding.TryAcquire();

    [Benchmark(Baseline = true)]
    public bool FixedWindowRateLimiter()
    {
        using RateLimitLease lease = _platformFixed.AttemptAcquire();
        return lease.IsAcquired;
    }

    [Benchmark]
    public bool SlidingWindowRateLimiter()
    {
        using RateLimitLease lease = _platformSliding.AttemptAcquire();
        return lease.IsAcquired;
    }
}
