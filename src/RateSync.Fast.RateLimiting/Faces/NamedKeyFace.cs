using System.Threading.RateLimiting;

namespace RateSync.Fast.RateLimiting.Faces;

/// <summary>
/// One key of a named limiter as a <see cref="RateLimiter"/>, for the platform's own partitions. What the key has spent is in the limiter's
/// table: this object may be forgotten and made anew at any time.
/// </summary>
internal sealed class NamedKeyFace : RateLimiter
{
    private readonly NamedLimits _limits;
    private readonly LimiterClone _clone;

    // Mutable struct: must not be readonly.
    private FaceEnd _end;
    private long _lastUsed;
    private int _waiting;

    public NamedKeyFace(NamedLimits limits, LimiterClone clone)
    {
        _limits = limits;
        _clone = clone;
        _lastUsed = Environment.TickCount64;
    }

    /// <remarks>Only those who wait need the object.</remarks>
    public override TimeSpan? IdleDuration => Volatile.Read(ref _waiting) > 0
        ? null
        : TimeSpan.FromMilliseconds(Environment.TickCount64 - Volatile.Read(ref _lastUsed));

    public override RateLimiterStatistics GetStatistics()
    {
        _end.ThrowIfEnded(this);
        return _limits.Statistics(_clone);
    }

    protected override RateLimitLease AttemptAcquireCore(int permitCount)
    {
        _end.ThrowIfEnded(this);
        Volatile.Write(ref _lastUsed, Environment.TickCount64);
        return _limits.Attempt(_clone, permitCount);
    }

    protected override ValueTask<RateLimitLease> AcquireAsyncCore(int permitCount, CancellationToken cancellationToken)
    {
        _end.ThrowIfEnded(this);
        Volatile.Write(ref _lastUsed, Environment.TickCount64);
        ValueTask<RateLimitLease> lease = _limits.AcquireAsync(_clone, permitCount, ref _end, cancellationToken);
        return lease.IsCompleted ? lease : CountAsync(lease);
    }

    protected override void Dispose(bool disposing)
    {
        base.Dispose(disposing);
        _end.End();
    }

    protected override ValueTask DisposeAsyncCore()
    {
        Dispose(disposing: true);
        return base.DisposeAsyncCore();
    }

    private async ValueTask<RateLimitLease> CountAsync(ValueTask<RateLimitLease> lease)
    {
        Interlocked.Increment(ref _waiting);
        try
        {
            return await lease.ConfigureAwait(false);
        }
        finally
        {
            Volatile.Write(ref _lastUsed, Environment.TickCount64);
            Interlocked.Decrement(ref _waiting);
        }
    }
}
