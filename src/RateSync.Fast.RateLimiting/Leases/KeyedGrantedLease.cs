using System.Threading.RateLimiting;

namespace RateSync.Fast.RateLimiting.Leases;

/// <summary>
/// A grant to any key, with nothing to give back: one object for all of them, which knows no more than what they have in common.
/// </summary>
internal sealed class KeyedGrantedLease(KeyedLimiter limiter) : RateLimitLease
{
    public override bool IsAcquired => true;

    public override IEnumerable<string> MetadataNames => Metadata.OfLimit;

    public override bool TryGetMetadata(string metadataName, out object? metadata)
    {
        metadata = metadataName is Metadata.Limit ? limiter.Limit : null;
        return metadata is not null;
    }
}
