namespace RateSync.Fast;

/// <summary>What a registry knows about a store.</summary>
public sealed record StoreInfo
{
    /// <summary>The name.</summary>
    public required string Id { get; init; }

    /// <summary>The engine: <c>memory</c>, <c>redis</c>, <c>nats</c> or <c>postgres</c>.</summary>
    public required string Engine { get; init; }

    /// <summary>Where it was configured.</summary>
    public LimiterSource Source { get; init; }

    /// <summary>The configuration file it comes from; null for another source.</summary>
    public string? File { get; init; }

    /// <summary>Whether limiters can use it: not if its engine is in a package that the program does not have.</summary>
    public bool IsAvailable { get; init; }
}
