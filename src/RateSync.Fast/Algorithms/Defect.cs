namespace RateSync.Fast.Algorithms;

/// <summary>
/// Mistakes that other limiters made, or that are tempting here. Tests switch them on, one at a time, in this very code to
/// show that they would be caught; see <see cref="IDefects"/>.
/// </summary>
internal enum Defect
{
    None,

    /// <summary>D1: the emission interval is rounded down, so that the sustained rate is above the nominal one.</summary>
    IntervalRoundedDown,

    /// <summary>D2: the tolerance is that of one permit too many.</summary>
    BurstOneTooLarge,

    /// <summary>D3: a window is rolled over in two steps, first its index and then its count.</summary>
    WindowRolledOverInTwoSteps,

    /// <summary>D4: whether there is room is looked up first, and then permits are added whatever has come in between.</summary>
    AddAfterCheck,

    /// <summary>D5: whether there is room is looked up first, and then the new state is stored whatever has come in between.</summary>
    StoreAfterCheck,

    /// <summary>D6: a time read early moves the state back.</summary>
    StaleTimeRewinds,

    /// <summary>D7: the wall clock is the time base, steps of it included.</summary>
    WallClockIsTime,

    /// <summary>The clamp uses the reserve as it will be, not as it was.</summary>
    ReserveLoweredBeforeClamp,

    /// <summary>Lanes are emptied without a fence on all threads, so that an owner's take may still be in its store buffer.</summary>
    LanesEmptiedWithoutFence,

    /// <summary>An owner who finds its lane closed settles it and forgets to give back what was left.</summary>
    RestOfLaneForgotten,

    /// <summary>D8: a waiter that leaves stays counted.</summary>
    LeavingKeepsPlace,

    /// <summary>D9: a refund gives one permit more back than it is told.</summary>
    RefundOneTooMany,

    /// <summary>D10: a waiter at the head that leaves does not have the next one looked at.</summary>
    LeavingHeadWakesNobody,

    /// <summary>D11: a permit that has come for a waiter who has left is not passed on.</summary>
    LeavingLosesPermit,

    /// <summary>
    /// D12: a waiter's cancellation registration is disposed of, which waits for its callback, under a lock that the callback takes.
    /// </summary>
    DisposesRegistrationInLock,

    /// <summary>D13: a waiter that leaves stays in the number that the queue limit is compared with.</summary>
    LeavingStaysInQueueCount,

    /// <summary>D14: when one part of a composite refuses, the others keep what they gave.</summary>
    CompositeKeepsWhatItTook,

    /// <summary>D17: a raised limit counts as free what is still out.</summary>
    RaisedLimitIsFree,

    /// <summary>D20: a key's idle time is counted from its last use instead of from when its limit is whole again.</summary>
    IdleSinceLastUse,

    /// <summary>Segments of a line are used again without a fence on all threads: a call that just begins may still go to them.</summary>
    SegmentsReusedWithoutFence,

    /// <summary>Whoever joins a line does not look through the shards for slots that came back meanwhile.</summary>
    JoiningSkipsShards,

    /// <summary>An exit looks whether somebody waits before it has put the slot into its shard, and not after.</summary>
    ExitLooksTooEarly,

    /// <summary>A caller is refused when it has looked through all shards once, though slots may have moved behind its back.</summary>
    ShardsLookedThroughOnce,

    /// <summary>A waiter that leaves marks its cell first and takes itself off the count after.</summary>
    LeavingMarksCellFirst,

    /// <summary>The one who serves a line stops without looking whether somebody asked it to look again.</summary>
    ServerStopsBlindly,

    /// <summary>The one who serves an empty line opens it to everybody without looking whether somebody has just sat down.</summary>
    LineOpenedWithoutLook,

    /// <summary>There is no fence between moving on to the next waiter and reading whether it still waits.</summary>
    HeadMovedWithoutFence,

    /// <summary>
    /// Whether enough is kept for those who come first is looked up before permits are taken, and not in the step that takes them.
    /// </summary>
    KeepLookedUpBefore,

    /// <summary>A limiter's parts are exchanged while calls are at them.</summary>
    ChangedWithoutGrace,

    /// <summary>A call reads what it is to work by before it says that it is under way.</summary>
    PlanReadOutsideEra,

    /// <summary>Calls are let in to new parts before those have inherited what was spent.</summary>
    OpenedBeforeCarry,

    /// <summary>A call says that it has ended, and then takes from the part that it has found.</summary>
    PartUsedAfterLeave,

    /// <summary>A named limiter's part is taken away while plain calls can still take from it.</summary>
    ChangedWithoutFreeze,

    /// <summary>A plain call that is refused by a part does not look whether that was taken away meanwhile.</summary>
    RefusedByFrozenPart,

    /// <summary>
    /// A call of a named limiter that gives a slot back because the rate refuses does not look whether somebody waits for one.
    /// </summary>
    SlotGivenBackUnseen,

    /// <summary>Several slots that come back at once are put to the count without a look whether a lowered limit is owed some.</summary>
    SeveralFreedForgetDebt,

    /// <summary>A key settles in without looking whether it has come to another of its slots meanwhile.</summary>
    SettlesWithoutLook,
}
