using System.Runtime.CompilerServices;
using System.Threading.RateLimiting;

namespace RateSync.Fast.RateLimiting.Faces;

/// <summary>Limiters that somebody else makes and keeps, each with a face for as long as it lives.</summary>
internal sealed class LimiterPartitions<TResource> : PartitionedRateLimiter<TResource>
{
    private readonly ConditionalWeakTable<Limiter, LimiterFace> _faces = [];
    private readonly Func<TResource, Limiter> _choose;
    private readonly RateLimiterFaceOptions _options;
    private bool _disposed;

    public LimiterPartitions(Func<TResource, Limiter> choose, RateLimiterFaceOptions options)
    {
        options.Validate();
        _choose = choose;
        _options = options;
    }

    public override RateLimiterStatistics? GetStatistics(TResource resource) => Face(resource).GetStatistics();

    protected override RateLimitLease AttemptAcquireCore(TResource resource, int permitCount) => Face(resource).AttemptAcquire(permitCount);

    protected override ValueTask<RateLimitLease> AcquireAsyncCore(
        TResource resource, int permitCount, CancellationToken cancellationToken) =>
        Face(resource).AcquireAsync(permitCount, cancellationToken);

    protected override void Dispose(bool disposing)
    {
        base.Dispose(disposing);
        Volatile.Write(ref _disposed, true);
        foreach (KeyValuePair<Limiter, LimiterFace> entry in _faces)
        {
            entry.Value.Dispose();
        }
    }

    protected override ValueTask DisposeAsyncCore()
    {
        Dispose(disposing: true);
        return base.DisposeAsyncCore();
    }

    private LimiterFace Face(TResource resource)
    {
        ObjectDisposedException.ThrowIf(Volatile.Read(ref _disposed), this);
        Limiter limiter = _choose(resource);
        return _faces.TryGetValue(limiter, out LimiterFace? face) ? face : Add(limiter);
    }

    private LimiterFace Add(Limiter limiter)
    {
        LimiterFace face = _faces.GetValue(limiter, key => new LimiterFace(key, _options));
        if (Volatile.Read(ref _disposed))
        {
            // Disposed of in between: it may not have seen this one.
            face.Dispose();
        }

        return face;
    }
}
