using RateSync.Fast.Tests.Property.Waiting;

namespace RateSync.Fast.Tests.Property.Composite;

/// <summary>A part of a composite beside its model.</summary>
internal sealed record CompositePart(Limiter Limiter, IRateOracle Oracle, bool HasSlots)
{
    public bool Has(long now, int permits) => permits <= Oracle.Limit && Oracle.DueAt(now, permits) <= now;

    public int Remaining(long now) => Enumerable.Range(1, (int)Oracle.Limit).Count(permits => Oracle.DueAt(now, permits) <= now);
}
