namespace RateSync.Fast;

/// <summary>What a <see cref="LeaseOperation"/> came to.</summary>
public sealed record LeaseResult : StoreResult
{
    /// <summary>Permits that were taken: 0, or from <see cref="LeaseOperation.AtLeast"/> to <see cref="LeaseOperation.Want"/>.</summary>
    public long Granted { get; init; }

    /// <summary>How much of what the client said it holds the store still keeps for it. It drops the rest.</summary>
    public long Kept { get; init; }

    /// <summary>Permits that were taken back.</summary>
    public long Returned { get; init; }

    /// <summary>Permits that anybody could take now.</summary>
    public long Available { get; init; }

    /// <summary>Permits that clients hold, this one included.</summary>
    public long Outstanding { get; init; }

    /// <summary>Clients that hold permits or have asked within the time to live and margin that they named, this one included.</summary>
    public int ActiveClients { get; init; }

    /// <summary>
    /// When nothing was granted that was wanted: how long until the same request is granted if nobody else asks, gives back or settles.
    /// Rounded up.
    /// <see cref="Timeout.InfiniteTimeSpan"/> if more is wanted than the limit ever grants. Otherwise zero.
    /// </summary>
    public TimeSpan RetryAfter { get; init; }

    /// <summary>How far the bucket is drained; default for windows.</summary>
    public StoreFloor Floor { get; init; }

    /// <summary>The limit that was applied: the newest that the store has been shown.</summary>
    public required StoreLimit Limit { get; init; }
}
