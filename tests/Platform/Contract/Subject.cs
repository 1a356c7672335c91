using System.Threading.RateLimiting;

namespace RateSync.Fast.Tests.Platform.Contract;

/// <summary>A limiter that the contract is tried on, and what makes its permits come back.</summary>
public abstract class Subject : IDisposable
{
    private readonly List<RateLimitLease> _held = [];

    /// <summary>The limiter.</summary>
    public required RateLimiter Limiter { get; init; }

    /// <summary>Takes permits and keeps them until they are restored.</summary>
    public RateLimitLease Take(int permits = 1) => Keep(Limiter.AttemptAcquire(permits));

    /// <summary>Waits for permits, which are kept from then on until they are restored.</summary>
    public async Task<RateLimitLease> WaitAsync(int permits = 1, CancellationToken cancellationToken = default) =>
        Keep(await Limiter.AcquireAsync(permits, cancellationToken));

    /// <summary>What was taken can be taken again.</summary>
    public void Restore()
    {
        RateLimitLease[] held;
        lock (_held)
        {
            held = [.. _held];
            _held.Clear();
        }

        foreach (RateLimitLease lease in held)
        {
            lease.Dispose();
        }

        Refill();
    }

    public void Dispose()
    {
        Limiter.Dispose();
        GC.SuppressFinalize(this);
    }

    protected abstract void Refill();

    private RateLimitLease Keep(RateLimitLease lease)
    {
        lock (_held)
        {
            _held.Add(lease);
        }

        return lease;
    }
}
