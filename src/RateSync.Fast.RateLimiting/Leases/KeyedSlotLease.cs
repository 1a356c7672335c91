using System.Threading.RateLimiting;

namespace RateSync.Fast.RateLimiting.Leases;

/// <summary>Slots of a key, given back once however often and from however many threads it is disposed of.</summary>
internal sealed class KeyedSlotLease(KeyedLimiter limiter, string key, int permits) : RateLimitLease
{
    private int _held = permits;

    public override bool IsAcquired => true;

    public override IEnumerable<string> MetadataNames => Metadata.OfSlots;

    public override bool TryGetMetadata(string metadataName, out object? metadata)
    {
        metadata = metadataName switch
        {
            Metadata.Limit => limiter.Limit,
            Metadata.Remaining => limiter.Peek(key).Remaining,
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
            limiter.Release(key, held);
        }
    }
}
