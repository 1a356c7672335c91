namespace RateSync.Fast;

/// <summary>What a <see cref="CounterOperation"/> came to.</summary>
public sealed record CounterResult : StoreResult
{
    /// <summary>The counter, with what was added.</summary>
    public long Value { get; init; }

    /// <summary>How long the counter still lives. Rounded up.</summary>
    public TimeSpan Remaining { get; init; }
}
