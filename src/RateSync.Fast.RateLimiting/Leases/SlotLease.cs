using System.Threading.RateLimiting;
using RateSync.Fast.RateLimiting.Faces;

namespace RateSync.Fast.RateLimiting.Leases;

/// <summary>Slots of a semaphore, given back once however often and from however many threads it is disposed of.</summary>
/// <remarks>
/// Not pooled: a reference says nothing about which use of an object it stands for, so the second disposal of one holder would give back
/// the slots of the next.
/// </remarks>
internal sealed class SlotLease(LimiterFace face, int permits) : RateLimitLease
{
    private int _held = permits;

    public override bool IsAcquired => true;

    public override IEnumerable<string> MetadataNames => Metadata.OfSlots;

    public override bool TryGetMetadata(string metadataName, out object? metadata)
    {
        metadata = Metadata.Now(face.Limiter, metadataName);
        return metadata is not null;
    }

    protected override void Dispose(bool disposing)
    {
        base.Dispose(disposing);
        int held = Interlocked.Exchange(ref _held, 0);
        if (held > 0)
        {
            face.Release(held);
        }
    }
}
