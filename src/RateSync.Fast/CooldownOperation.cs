using RateSync.Fast.Stores;

namespace RateSync.Fast;

/// <summary>Starts a cooldown unless one is running: of all that try while it runs, one has won.</summary>
public sealed record CooldownOperation : StoreOperation<CooldownResult>
{
    /// <inheritdoc/>
    public override StoreKeyspace Keyspace => StoreKeyspace.Cooldown;

    /// <summary>How long nobody else shall win.</summary>
    public required TimeSpan Duration { get; init; }

    private protected override void ValidateMore() => StoreArguments.CheckDuration(Duration);
}
