namespace RateSync.Fast;

/// <summary>What a <see cref="CooldownOperation"/> came to.</summary>
public sealed record CooldownResult : StoreResult
{
    /// <summary>The caller has started the cooldown.</summary>
    public bool Started { get; init; }

    /// <summary>How long the cooldown still runs, whoever started it. Rounded up.</summary>
    public TimeSpan Remaining { get; init; }
}
