namespace RateSync.Fast.Http;

/// <summary>
/// The answer to a call that asked for permits; if it was granted, the slots of a concurrency limit until it is disposed of.
/// </summary>
/// <param name="Decision">The answer.</param>
/// <param name="Keyed">The keyed limiter that granted; null for any other, whose decision brings its permit along.</param>
/// <param name="Key">The key that the permits count against.</param>
/// <param name="Permits">How many were granted.</param>
internal readonly record struct Grant(in Decision Decision, KeyedLimiter? Keyed = null, string Key = "", int Permits = 0) : IDisposable
{
    /// <summary>The call has been made: slots come back, and permits of a rate are spent.</summary>
    public void Dispose()
    {
        if (Keyed is null)
        {
            Decision.Permit.Dispose();
        }
        else if (Decision is { Allowed: true } && Decision.ResetAfter == Timeout.InfiniteTimeSpan && Permits > 0)
        {
            // No time fills it: these are slots.
            Keyed.Release(Key, Permits);
        }
    }

    /// <summary>The call will not be made.</summary>
    public void GiveBack()
    {
        if (Keyed is null)
        {
            Decision.Permit.Refund(Decision.Permit.Permits);
            Decision.Permit.Dispose();
        }
        else
        {
            Keyed.Refund(Key, Permits);
        }
    }
}
