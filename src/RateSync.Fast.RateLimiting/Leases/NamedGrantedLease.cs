using System.Threading.RateLimiting;
using RateSync.Fast.RateLimiting.Faces;

namespace RateSync.Fast.RateLimiting.Leases;

/// <summary>A grant to any key, with nothing to give back: one object for all of them, which knows no more than the limit of now.</summary>
internal sealed class NamedGrantedLease(NamedLimits limits) : RateLimitLease
{
    public override bool IsAcquired => true;

    public override IEnumerable<string> MetadataNames => Metadata.OfLimit;

    public override bool TryGetMetadata(string metadataName, out object? metadata)
    {
        metadata = metadataName is Metadata.Limit && limits.Registry.TryGetLimiter(limits.Id, out Limiter? limiter) ? limiter.Limit : null;
        return metadata is not null;
    }
}
