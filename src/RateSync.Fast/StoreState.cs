namespace RateSync.Fast;

/// <summary>The state of a key. What does not apply to its kind is 0.</summary>
public sealed record StoreState : StoreResult
{
    /// <summary>Whether the store remembers anything of the key. What it does not remember is as good as unused.</summary>
    public bool Exists { get; init; }

    /// <summary>The newest definition of the limit that the store has been shown; <c>null</c> if none.</summary>
    public StoreLimit? Limit { get; init; }

    /// <summary>Permits or slots that could be taken now.</summary>
    public long Available { get; init; }

    /// <summary>Permits or slots that clients hold.</summary>
    public long Outstanding { get; init; }

    /// <summary>Clients that hold something or have asked lately.</summary>
    public int ActiveClients { get; init; }

    /// <summary>The counter.</summary>
    public long Value { get; init; }

    /// <summary>How long the cooldown or the counter still runs. Rounded up.</summary>
    public TimeSpan Remaining { get; init; }
}
