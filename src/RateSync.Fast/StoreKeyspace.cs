namespace RateSync.Fast;

/// <summary>The kinds of keys that a store keeps; the same key may exist in each, with nothing in common.</summary>
public enum StoreKeyspace
{
    /// <summary>Permits of a rate: token buckets and windows.</summary>
    Lease,

    /// <summary>Concurrency slots.</summary>
    Slot,

    /// <summary>Cooldowns.</summary>
    Cooldown,

    /// <summary>Counters.</summary>
    Counter,
}
