using System.Threading.RateLimiting;

namespace RateSync.Fast.RateLimiting.Faces;

/// <summary>A named limiter, for each key apart, as a <see cref="PartitionedRateLimiter{TResource}"/>. No object for a key.</summary>
internal sealed class NamedFace<TResource>(NamedLimits limits, Func<TResource, LimiterKey> key) : PartitionedRateLimiter<TResource>
{
    // Mutable struct: must not be readonly.
    private FaceEnd _end;

    public override RateLimiterStatistics GetStatistics(TResource resource) => limits.Statistics(CloneFor(resource));

    protected override RateLimitLease AttemptAcquireCore(TResource resource, int permitCount) =>
        limits.Attempt(CloneFor(resource), permitCount);

    protected override ValueTask<RateLimitLease> AcquireAsyncCore(
        TResource resource, int permitCount, CancellationToken cancellationToken) =>
        limits.AcquireAsync(CloneFor(resource), permitCount, ref _end, cancellationToken);

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

    private LimiterClone CloneFor(TResource resource)
    {
        _end.ThrowIfEnded(this);
        return limits.For(key(resource));
    }
}
