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

    /// <summary>Granted calls that had to wait.</summary>
    public long TotalWaits { get; init; }

    /// <summary>Time that granted calls spent waiting, in milliseconds.</summary>
    public double TotalWaitTimeMs { get; init; }

    /// <summary>Longest wait of a granted call, in milliseconds.</summary>
    public double MaxWaitTimeMs { get; init; }

    /// <summary>
    /// Waits that ended without a permit because of their timeout, or were refused at once because they could not have met it.
    /// </summary>
    public long Timeouts { get; init; }

    /// <summary>Waits that were cancelled.</summary>
    public long Cancellations { get; init; }

    /// <summary>Callers that wait in line now, for whatever key.</summary>
    public long Waiting { get; init; }

    /// <summary>Keys that have a place in the table, some of which may be as good as never seen by now.</summary>
    public long Keys { get; init; }

    /// <summary>Bytes that the table takes.</summary>
    public long MemoryBytes { get; init; }

    /// <summary>Requests for new keys that found the table full of keys in use.</summary>
    public long Overflowed { get; init; }
}
