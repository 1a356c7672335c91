namespace RateSync.Fast;

/// <summary>Where the windows of a <see cref="FixedWindow"/> begin.</summary>
public enum WindowAlignment
{
    /// <summary>
    /// At whole multiples of the window since 1970-01-01 00:00 UTC: a window of a minute begins with the minute. The wall
    /// clock is read once, when the limiter is made; from then on the monotonic clock counts, so that no step of the wall clock matters.
    /// </summary>
    Epoch = 0,

    /// <summary>At the limiter's first use.</summary>
    FirstUse = 1,
}
