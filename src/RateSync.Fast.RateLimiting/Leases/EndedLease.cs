using System.Threading.RateLimiting;

namespace RateSync.Fast.RateLimiting.Leases;

/// <summary>What those get who wait when the limiter is disposed of.</summary>
internal sealed class EndedLease : RateLimitLease
{
    public static readonly EndedLease Instance = new();

    private EndedLease()
    {
    }

    public override bool IsAcquired => false;

    public override IEnumerable<string> MetadataNames => Metadata.OfRefusal;

    public override bool TryGetMetadata(string metadataName, out object? metadata)
    {
        metadata = metadataName is Metadata.ReasonPhrase ? "The limiter has been disposed of." : null;
        return metadata is not null;
    }
}
