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

    /// <summary>D6: a time read early moves the state back.</summary>
    StaleTimeRewinds,

    /// <summary>The clamp uses the reserve as it will be, not as it was.</summary>
    ReserveLoweredBeforeClamp,

    /// <summary>D8: a waiter that leaves stays counted.</summary>
    LeavingKeepsPlace,

    /// <summary>D14: when one part of a composite refuses, the others keep what they gave.</summary>
    CompositeKeepsWhatItTook,
}
