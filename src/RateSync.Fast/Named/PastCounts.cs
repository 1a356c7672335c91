namespace RateSync.Fast.Named;

/// <summary>What a named limiter had counted when it was last changed, and what its parts' counters stood at then.</summary>
internal sealed record PastCounts
{
    public long Acquisitions { get; init; }

    public long Permits { get; init; }

    public long Refusals { get; init; }

    public DateTimeOffset? LastAcquisitionAt { get; init; }

    public long OwnAcquisitions { get; init; }

    public long OwnPermits { get; init; }

    public long SlotAcquisitions { get; init; }

    public long SlotPermits { get; init; }

    public long SlotRefusals { get; init; }

    public long RateAcquisitions { get; init; }

    public long RatePermits { get; init; }

    public long RateRefusals { get; init; }
}
