namespace RateSync.Fast.State;

/// <summary>Why a waiter left a line without permits.</summary>
internal enum LeaveReason
{
    None = 0,
    Cancelled = 1,
    TimedOut = 2,
    Disposed = 3,

    /// <summary>The limit was lowered below what was asked for: it could never be granted.</summary>
    LimitLowered = 4,
}
