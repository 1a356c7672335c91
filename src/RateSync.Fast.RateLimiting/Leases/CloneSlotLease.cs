using System.Threading.RateLimiting;

namespace RateSync.Fast.RateLimiting.Leases;

/// <summary>Slots of a key, given back once however often and from however many threads it is disposed of.</summary>
/// <remarks>
/// Made only for slots that were taken: a grant from before the limiter had any has none to give back, and would free somebody else's. They
/// go back to the limiter that they came from, even if there is none of that name any more.
/// </remarks>
internal sealed class CloneSlotLease(LimiterClone clone, int slots, long limit) : RateLimitLease
{
    private int _held = slots;

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
        int held = Interlocked.Exchange(ref _held, 0);
        if (held > 0)
        {
            clone.Release(held);
        }
    }
}
