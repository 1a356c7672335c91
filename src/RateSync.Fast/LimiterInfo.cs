namespace RateSync.Fast;

/// <summary>What a registry knows about a limiter.</summary>
public sealed record LimiterInfo
{
    /// <summary>The name.</summary>
    public required string Id { get; init; }

    /// <summary>What it does.</summary>
    public required LimiterOptions Options { get; init; }

    /// <summary>Where it was configured.</summary>
    public LimiterSource Source { get; init; }

    /// <summary>The configuration file it comes from; null for another source.</summary>
    public string? File { get; init; }

    /// <summary>Which limiter it is a clone of; null for an original.</summary>
    public string? ClonedFrom { get; init; }

    /// <summary>Whether it is ready for use; not if its store is not to be had.</summary>
    public bool IsInitialized { get; init; }
}
