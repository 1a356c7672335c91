using System.Threading.RateLimiting;
using BenchmarkDotNet.Attributes;
using RateSync.Fast.Bench.Peers;

namespace RateSync.Fast.Bench.Benchmarks;

/// <summary>A free slot taken and given back.</summary>
[MemoryDiagnoser]
public class SemaphoreBenchmarks
{
    private readonly TicketSemaphore _gate = new(50);
    private readonly ConcurrencyLimiter _platform = PeerLimits.Concurrency(50);
    private readonly SemaphoreSlim _slim = new(50, 50);

    [Benchmark]
    public bool TryEnterExit()
    {
        bool entered = _gate.TryEnter();
        _gate.Exit();
        return entered;
    }

    [Benchmark]
    public bool TryAcquirePermit()
    {
        bool entered = _gate.TryAcquire(out Permit permit);
        permit.Dispose();
        return entered;
    }

    [Benchmark]
    public async ValueTask AcquireAsync()
    {
        using Permit permit = await _gate.AcquireAsync();
    }

    [Benchmark]
    public bool ConcurrencyLimiter()
    {
        using RateLimitLease lease = _platform.AttemptAcquire();
        return lease.IsAcquired;
    }

    [Benchmark(Baseline = true)]
    public bool SemaphoreSlim()
    {
        bool entered = _slim.Wait(0);
        _slim.Release();
        return entered;
    }
}
