namespace RateSync.Fast;

/// <summary>Why a limiter said no.</summary>
public enum RefusalReason
{
    /// <summary>It did not.</summary>
    None = 0,

    /// <summary>Fewer permits than asked for are to be had now.</summary>
    NotEnoughPermits = 1,

    /// <summary>Others wait in line for permits and come first.</summary>
    WaitersInLine = 2,

    /// <summary>As many callers wait as the limiter's <c>QueueLimit</c> allows.</summary>
    QueueFull = 3,

    /// <summary>The wait would have been longer than the caller's timeout; it was refused at once instead of at the timeout.</summary>
    WaitTooLong = 4,

    /// <summary>The caller's timeout passed while it waited.</summary>
    TimedOut = 5,

    /// <summary>The bound on keys is reached, and there is no room to count for this key; see <see cref="KeyedLimiter"/>.</summary>
    TooManyKeys = 6,

    /// <summary>The limit was lowered, while the caller waited, below what it had asked for: it could never be granted.</summary>
    LimitLowered = 7,
}
