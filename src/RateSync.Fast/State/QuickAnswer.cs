namespace RateSync.Fast.State;

/// <summary>A reservoir's answer in the plain case that nobody waits and nothing is out in cells.</summary>
internal enum QuickAnswer
{
    /// <summary>It is not the plain case, or somebody was faster: ask again the long way.</summary>
    Unsure,

    Granted,

    Refused,

    /// <summary>Refused, and for longer than the coarse clock can be wrong: the next refusals may be had from it.</summary>
    RefusedForLong,
}
