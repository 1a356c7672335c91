namespace RateSync.Fast;

/// <summary>How a store is doing.</summary>
public sealed record StoreHealth
{
    /// <summary>Whether it answers and can decide.</summary>
    public required bool Healthy { get; init; }

    /// <summary>How long a round trip took.</summary>
    public TimeSpan RoundTrip { get; init; }

    /// <summary>What is wrong; empty if nothing is.</summary>
    /// <value>Empty by default.</value>
    public string Problem { get; init; } = "";
}
