using System.Collections.Immutable;

namespace RateSync.Fast;

/// <summary>What a <see cref="SlotOperation"/> came to.</summary>
public sealed record SlotResult : StoreResult
{
    /// <summary>Slots that were taken.</summary>
    public int Granted { get; init; }

    /// <summary>
    /// The fencing number of the first slot taken; the others follow without a gap. Of two holders of a slot of this key the later one has
    /// the higher number, so what the slot protects can turn away the number that is lower than one it has seen.
    /// </summary>
    public long FirstFence { get; init; }

    /// <summary>Slots that the client said it holds and that the store had already taken from it. It stops using them.</summary>
    public ImmutableArray<long> Lost { get; init; } = [];

    /// <summary>Slots that are held, those of other clients included.</summary>
    public int InUse { get; init; }

    /// <summary>Clients that hold slots or have asked within the time to live and margin that they named, this one included.</summary>
    public int ActiveClients { get; init; }

    /// <summary>
    /// When nothing was granted that was wanted: how long until the same request is granted if every holder died now.
    /// <see cref="Timeout.InfiniteTimeSpan"/> if more is wanted than there are slots. Otherwise zero.
    /// </summary>
    public TimeSpan RetryAfter { get; init; }

    /// <summary>The limit that was applied: the newest that the store has been shown.</summary>
    public required ConcurrencyLimit Limit { get; init; }
}
