using System.Globalization;
using System.Threading.RateLimiting;
using RateSync.Fast.RateLimiting.Leases;

namespace RateSync.Fast.RateLimiting.Faces;

/// <summary>A <see cref="KeyedLimiter"/> as a <see cref="PartitionedRateLimiter{TResource}"/>.</summary>
internal sealed class KeyedFace<TResource> : PartitionedRateLimiter<TResource>
{
    private readonly KeyedLimiter _limiter;
    private readonly Func<TResource, string> _key;
    private readonly KeyedGrantedLease _granted;
    private readonly SpareLease _spare = new();
    private bool _disposed;

    // Known from the first grant: what a rate has granted comes back by itself, in a time that is known.
    private GrantKind _kind = GrantKind.Unknown;

    public KeyedFace(KeyedLimiter limiter, Func<TResource, string> key)
    {
        _limiter = limiter;
        _key = key;
        _granted = new KeyedGrantedLease(limiter);
    }

    public override RateLimiterStatistics GetStatistics(TResource resource)
    {
        ObjectDisposedException.ThrowIf(Volatile.Read(ref _disposed), this);
        KeyedMetrics all = _limiter.GetMetrics();
        return new RateLimiterStatistics
        {
            CurrentAvailablePermits = _limiter.Peek(Key(resource)).Remaining,
            TotalSuccessfulLeases = all.TotalAcquisitions,
            TotalFailedLeases = all.Refusals,
        };
    }

    protected override RateLimitLease AttemptAcquireCore(TResource resource, int permitCount)
    {
        ObjectDisposedException.ThrowIf(Volatile.Read(ref _disposed), this);
        if (permitCount > _limiter.Limit)
        {
            throw new ArgumentOutOfRangeException(
                nameof(permitCount),
                permitCount,
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"It must be at most {_limiter.Limit}, the most that {_limiter.Id} can ever grant a key at once."));
        }

        string key = Key(resource);
        if (permitCount == 0)
        {
            Decision now = _limiter.Peek(key);
            return now.Allowed ? _granted : _spare.Refuse(now);
        }

        GrantKind kind = _kind;
        if (kind == GrantKind.Unknown)
        {
            Decision first = _limiter.Attempt(key, permitCount);
            if (!first.Allowed)
            {
                return _spare.Refuse(first);
            }

            kind = first.ResetAfter == Timeout.InfiniteTimeSpan ? GrantKind.Slots : GrantKind.Spent;
            _kind = kind;
        }
        else if (!_limiter.TryAcquire(key, permitCount))
        {
            Decision now = _limiter.Peek(key, permitCount);
            return _spare.Refuse(now.Allowed ? now with { Reason = RefusalReason.NotEnoughPermits } : now);
        }

        return kind == GrantKind.Slots ? new KeyedSlotLease(_limiter, key, permitCount) : _granted;
    }

    protected override ValueTask<RateLimitLease> AcquireAsyncCore(
        TResource resource, int permitCount, CancellationToken cancellationToken) =>
        new(AttemptAcquireCore(resource, permitCount));

    protected override void Dispose(bool disposing)
    {
        base.Dispose(disposing);
        Volatile.Write(ref _disposed, true);
    }

    protected override ValueTask DisposeAsyncCore()
    {
        Dispose(disposing: true);
        return base.DisposeAsyncCore();
    }

    private string Key(TResource resource) =>
        _key(resource) ?? throw new InvalidOperationException($"{_limiter.Id}: the function that chooses the key has returned null.");
}
