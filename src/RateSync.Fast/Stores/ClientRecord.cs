using System.Collections.Immutable;

namespace RateSync.Fast.Stores;

/// <summary>What a store knows of one client of one key.</summary>
internal sealed record ClientRecord
{
    /// <summary>Permits of a lease that the client may still use.</summary>
    public long Amount { get; set; }

    /// <summary>Fencing numbers of slots that the client holds.</summary>
    public ImmutableArray<long> Slots { get; set; } = [];

    /// <summary>When the client is forgotten as a holder.</summary>
    public long EndsAt { get; set; }

    /// <summary>The number of the last operation that was applied; 0 if it had none.</summary>
    public long Sequence { get; set; }

    /// <summary>The answer to it.</summary>
    public StoreResult? Answer { get; set; }

    /// <summary>Until when the answer is remembered.</summary>
    public long RememberUntil { get; set; }

    /// <summary>Whether the client counts as active. A record past its end only remembers an answer.</summary>
    public bool Active { get; set; }
}
