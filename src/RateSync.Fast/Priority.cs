namespace RateSync.Fast;

/// <summary>
/// How urgent a call is. A higher priority is served first in line, and may use up more of a limit
/// (<see cref="LimiterOptions.Priorities"/>).
/// </summary>
public enum Priority
{
    /// <summary>Work that can wait. In a file: <c>low</c>.</summary>
    Low = -1,

    /// <summary>What a call has that says nothing else. In a file: <c>normal</c>.</summary>
    Normal = 0,

    /// <summary>Somebody is waiting for it. In a file: <c>high</c>.</summary>
    High = 1,

    /// <summary>Must go through while anything at all is left. In a file: <c>critical</c>.</summary>
    Critical = 2,
}
