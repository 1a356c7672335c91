using System.Threading.RateLimiting;

namespace RateSync.Fast.RateLimiting.Leases;

/// <summary>
/// A grant with nothing to give back: one object for all grants of a limiter. Says how the limiter stands when it is asked.
/// </summary>
internal sealed class GrantedLease(Limiter limiter, bool isRate) : RateLimitLease
{
    public override bool IsAcquired => true;

    public override IEnumerable<string> MetadataNames => isRate ? Metadata.OfRate : Metadata.OfSlots;

    public override bool TryGetMetadata(string metadataName, out object? metadata)
    {
        metadata = Metadata.Now(limiter, metadataName);
        return metadata is not null;
    }
}
