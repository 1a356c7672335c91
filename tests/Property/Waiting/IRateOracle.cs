namespace RateSync.Fast.Tests.Property.Waiting;

/// <summary>A rate limit, the obvious way: without atomics, shards or packed words.</summary>
internal interface IRateOracle
{
    long Limit { get; }

    /// <summary>The first tick, not before now, at which so many permits are to be had if nobody else asks.</summary>
    long DueAt(long now, int permits);

    void Take(long now, int permits);

    /// <summary>Undoes so much of a grant.</summary>
    void Refund(long now, int permits, long grantedAt);

    IRateOracle Copy();
}
