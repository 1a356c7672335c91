using System.Threading.RateLimiting;

namespace RateSync.Fast.RateLimiting.Leases;

/// <summary>A permit whose disposal means something only the limiter knows; the permit itself sees to it that it happens once.</summary>
internal sealed class PermitLease(Limiter limiter, Permit permit) : RateLimitLease
{
    public override bool IsAcquired => true;

    public override IEnumerable<string> MetadataNames =>
        limiter.GetState().ResetAfter == Timeout.InfiniteTimeSpan ? Metadata.OfSlots : Metadata.OfRate;

    public override bool TryGetMetadata(string metadataName, out object? metadata)
    {
        metadata = Metadata.Now(limiter, metadataName);
        return metadata is not null;
    }

    protected override void Dispose(bool disposing)
    {
        base.Dispose(disposing);
        permit.Dispose();
    }
}
