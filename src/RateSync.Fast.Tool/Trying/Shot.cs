namespace RateSync.Fast.Tool.Trying;

/// <summary>One call of a limiter.</summary>
/// <param name="Before">The clock before the call.</param>
/// <param name="After">The clock when it had answered.</param>
/// <param name="Returned">The clock before slots were given back; 0 if nothing was granted.</param>
/// <param name="Granted">Whether it was granted.</param>
/// <param name="Waited">Whether the answer did not come at once.</param>
/// <param name="Reason">Why it was not granted.</param>
internal readonly record struct Shot(long Before, long After, long Returned, bool Granted, bool Waited, RefusalReason Reason)
{
    public bool IsFired => After != 0;

    public TimeSpan Took => System.Diagnostics.Stopwatch.GetElapsedTime(Before, After);
}
