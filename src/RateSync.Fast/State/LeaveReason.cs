namespace RateSync.Fast.State;

/// <summary>Why a waiter left a line without permits.</summary>
internal enum LeaveReason
{
    None = 0,
    Cancelled = 1,
    TimedOut = 2,
    Disposed = 3,
}
