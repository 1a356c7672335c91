namespace RateSync.Fast.Stores;

/// <summary>
/// Mistakes that are tempting in a store. Tests switch them on in this very code to show that the conformance suite fails
/// then.
/// </summary>
internal enum StoreDefect
{
    None,

    /// <summary>The clamp is made with what is out after settling instead of before.</summary>
    ChargesWhatIsOutNow,

    /// <summary>Leases are debited, and charged to nothing.</summary>
    ChargesNothing,

    /// <summary>A restart keeps debts and forgets who holds leases and slots.</summary>
    ForgetsLeases,

    /// <summary>A slot is given to somebody else when its time to live ends, without the margin.</summary>
    ReusesSlotEarly,

    /// <summary>An operation that is sent again has its effect again.</summary>
    CountsRetryTwice,

    /// <summary>An operation that was overtaken by a newer one still has its effect.</summary>
    AppliesOvertaken,

    /// <summary>What a client saw before a failover is not heeded.</summary>
    IgnoresFloor,

    /// <summary>What a client says that it holds is kept though its record has ended.</summary>
    RevivesEnded,

    /// <summary>More is taken back than is on record.</summary>
    TakesBackAnything,

    /// <summary>A raised burst counts as free what had been spent.</summary>
    RaisedLimitIsFree,

    /// <summary>A caller with an old definition is served by that one.</summary>
    ServesOldDefinition,

    /// <summary>A lease of a window counts from when it was granted.</summary>
    WindowForgetsLease,

    /// <summary>A fencing number is used again.</summary>
    FenceStartsAgain,
}
