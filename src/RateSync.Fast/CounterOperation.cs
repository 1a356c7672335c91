using RateSync.Fast.Stores;

namespace RateSync.Fast;

/// <summary>Adds to a counter that ends some time after its first addition.</summary>
public sealed record CounterOperation : StoreOperation<CounterResult>
{
    /// <inheritdoc/>
    public override StoreKeyspace Keyspace => StoreKeyspace.Counter;

    /// <summary>What to add, positive or negative. The counter stops at plus and minus <see cref="StoreOperation.MaxNumber"/>.</summary>
    public required long Delta { get; init; }

    /// <summary>How long the counter lives if this operation begins it; later additions do not prolong it.</summary>
    public required TimeSpan TimeToLive { get; init; }

    private protected override void ValidateMore()
    {
        StoreArguments.CheckNumber(Delta, -MaxNumber, nameof(Delta));
        StoreArguments.CheckDuration(TimeToLive);
    }
}
