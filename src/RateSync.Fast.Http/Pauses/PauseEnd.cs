namespace RateSync.Fast.Http.Pauses;

/// <summary>What comes after the wait that a <see cref="HostPause"/> names.</summary>
internal enum PauseEnd
{
    /// <summary>The call.</summary>
    Go,

    /// <summary>Another look: the pause may have been made longer.</summary>
    AskAgain,

    /// <summary>Nothing: the wait is too long for the caller.</summary>
    Refused,
}
