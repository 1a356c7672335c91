using System.Collections.Immutable;
using RateSync.Fast.Stores;

namespace RateSync.Fast;

/// <summary>
/// Says which slots the client still holds, which renews those and frees all others of the client, and takes more, in one step.
/// </summary>
/// <remarks>
/// The right to a slot ends when the client's monotonic clock shows the time just before the first attempt of the last operation that was
/// answered was sent, plus its <see cref="TimeToLive"/>. The store gives the slot to somebody else only after its own time plus
/// <see cref="TimeToLive"/> plus
/// <see cref="Margin"/>. A slot that was lost is never found again: its fencing number is used once.
/// </remarks>
public sealed record SlotOperation : StoreOperation<SlotResult>
{
    /// <inheritdoc/>
    public override StoreKeyspace Keyspace => StoreKeyspace.Slot;

    /// <summary>The limit.</summary>
    public required ConcurrencyLimit Limit { get; init; }

    /// <summary>Fencing numbers of the slots that the client still holds. All its other slots are free from now on.</summary>
    /// <value>Empty by default.</value>
    public ImmutableArray<long> Held { get; init; } = [];

    /// <summary>Slots to take. 0 renews and releases only.</summary>
    /// <value>0 by default.</value>
    public int Want { get; init; }

    /// <summary>If there are fewer than this, none are taken. Not above <see cref="Want"/> unless that is 0.</summary>
    /// <value>1 by default.</value>
    public int AtLeast { get; init; } = 1;

    /// <summary>How long the client may hold its slots without renewing them.</summary>
    public required TimeSpan TimeToLive { get; init; }

    /// <summary>How much longer the store keeps them.</summary>
    /// <value>100 milliseconds by default.</value>
    public TimeSpan Margin { get; init; } = TimeSpan.FromMilliseconds(100);

    /// <summary>The highest fencing number that the client has seen for this key: new ones are higher, whatever the store has lost. There
    /// is room for 2^40 more below <see cref="StoreOperation.MaxNumber"/>.</summary>
    /// <value>0 by default.</value>
    public long FenceFloor { get; init; }

    private protected override bool NeedsClient => true;

    private protected override void ValidateMore()
    {
        StoreArguments.CheckGiven(Limit, nameof(Limit));
        Limit.Validate();
        StoreArguments.CheckLeast(Want, 0, nameof(Want));
        StoreArguments.CheckLeast(AtLeast, 1, nameof(AtLeast));
        StoreArguments.CheckLeast(FenceFloor, 0, nameof(FenceFloor));
        StoreArguments.CheckMost(FenceFloor, MaxNumber - (1L << 40), nameof(FenceFloor));
        if (Want > 0)
        {
            StoreArguments.CheckMost(AtLeast, Want, nameof(AtLeast));
        }

        StoreArguments.Check(!Held.IsDefault, "The list of held slots may be empty, not missing.", nameof(Held));

        StoreArguments.CheckDuration(TimeToLive);
        StoreArguments.CheckLifetime(TimeToLive, Margin);
    }
}
