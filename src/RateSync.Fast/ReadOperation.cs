using RateSync.Fast.Stores;

namespace RateSync.Fast;

/// <summary>Looks at a key. Takes nothing, changes nothing, and does not make the caller an active client.</summary>
public sealed record ReadOperation : StoreOperation<StoreState>
{
    /// <summary>Looks at a key of a kind.</summary>
    public ReadOperation(StoreKeyspace keyspace) => Keyspace = keyspace;

    /// <inheritdoc/>
    public override StoreKeyspace Keyspace { get; }

    private protected override void ValidateMore()
    {
        StoreArguments.Check(Enum.IsDefined(Keyspace), $"There is no keyspace {Keyspace}.", nameof(Keyspace));
    }
}
