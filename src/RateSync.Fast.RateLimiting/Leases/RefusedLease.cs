using System.Threading.RateLimiting;

namespace RateSync.Fast.RateLimiting.Leases;

/// <summary>A refusal with its figures, as of when it was made.</summary>
/// <remarks>
/// Goes back to its face when it is disposed of and is used for the next refusal: a flood of refusals allocates nothing. It holds nothing
/// that could be given back twice; all that a reader after disposal can see is the figures of a later refusal.
/// </remarks>
internal sealed class RefusedLease(SpareLease? home) : RateLimitLease
{
    private Decision _decision;
    private int _inUse;

    public override bool IsAcquired => false;

    public override IEnumerable<string> MetadataNames =>
        _decision.RetryAfter == Timeout.InfiniteTimeSpan ? Metadata.OfRefusedSlots : Metadata.OfRefusedRate;

    public RefusedLease For(in Decision decision)
    {
        _decision = decision;
        Volatile.Write(ref _inUse, 1);
        return this;
    }

    public override bool TryGetMetadata(string metadataName, out object? metadata)
    {
        metadata = metadataName switch
        {
            Metadata.RetryAfter when _decision.RetryAfter != Timeout.InfiniteTimeSpan => _decision.RetryAfter,
            Metadata.RetryAfterSeconds => _decision.RetryAfterSeconds,
            Metadata.ReasonPhrase => Metadata.Phrase(_decision.Reason),
            Metadata.Limit => _decision.Limit,
            Metadata.Remaining => _decision.Remaining,
            Metadata.Reset when _decision.ResetAfter != Timeout.InfiniteTimeSpan => _decision.ResetAfter,
            _ => null,
        };
        return metadata is not null;
    }

    protected override void Dispose(bool disposing)
    {
        base.Dispose(disposing);
        if (home is not null && Interlocked.Exchange(ref _inUse, 0) == 1)
        {
            home.Return(this);
        }
    }
}
