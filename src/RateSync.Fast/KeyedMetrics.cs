namespace RateSync.Fast;

/// <summary>What a <see cref="KeyedLimiter"/> has done and holds.</summary>
public readonly record struct KeyedMetrics
{
    /// <summary>The limiter's id.</summary>
    public string LimiterId { get; init; }

    /// <summary>Requests granted.</summary>
    public long TotalAcquisitions { get; init; }

    /// <summary>Requests refused.</summary>
    public long Refusals { get; init; }

    /// <summary>Keys that have a place in the table, some of which may be as good as never seen by now.</summary>
    public long Keys { get; init; }

    /// <summary>Bytes that the table takes.</summary>
    public long MemoryBytes { get; init; }

    /// <summary>Requests for new keys that found the table full of keys in use.</summary>
    public long Overflowed { get; init; }
}
