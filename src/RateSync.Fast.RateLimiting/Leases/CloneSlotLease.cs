using System.Threading.RateLimiting;

namespace RateSync.Fast.RateLimiting.Leases;

/// <summary>Slots of a key. The permit sees to it that they are given back once.</summary>
internal sealed class CloneSlotLease(LimiterClone clone, Permit permit, long limit) : RateLimitLease
{
    public override bool IsAcquired => true;

    public override IEnumerable<string> MetadataNames => Metadata.OfSlots;

    public override bool TryGetMetadata(string metadataName, out object? metadata)
    {
        metadata = metadataName switch
        {
            Metadata.Limit => limit,
            Metadata.Remaining => clone.Peek().Remaining,
            _ => null,
        };
        return metadata is not null;
    }

    protected override void Dispose(bool disposing)
    {
        base.Dispose(disposing);
        permit.Dispose();
    }
}
