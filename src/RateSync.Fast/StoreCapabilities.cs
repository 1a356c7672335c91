namespace RateSync.Fast;

/// <summary>What a store can do beyond what every store must.</summary>
public sealed record StoreCapabilities
{
    /// <summary>Whether other processes can reach the same state.</summary>
    public bool Shared { get; init; }

    /// <summary>Whether what was answered survives a restart of the store.</summary>
    public bool Durable { get; init; }

    /// <summary>
    /// Whether a failover may lose writes that were answered. Then floors are what keeps the bound; see <see cref="StoreFloor"/>.
    /// </summary>
    public bool MayLoseWrites { get; init; }

    /// <summary>Most operations in one call.</summary>
    /// <value>1000 by default.</value>
    public int MaxBatch { get; init; } = 1000;

    /// <summary>Longest key, in UTF-8 bytes.</summary>
    /// <value>512 by default.</value>
    public int MaxKeyBytes { get; init; } = 512;

    /// <summary>For how long a retry gets the answer of the first attempt, counted from that one. No retry may be sent later.</summary>
    /// <value>60 seconds by default.</value>
    public TimeSpan RetryHorizon { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>The step of the store's clock.</summary>
    /// <value>1 microsecond by default.</value>
    public TimeSpan ClockResolution { get; init; } = TimeSpan.FromMicroseconds(1);
}
