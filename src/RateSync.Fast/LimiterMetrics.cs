namespace RateSync.Fast;

/// <summary>
/// What a limiter has done since it was made. Counting costs grants no interlocked operation: what a cell granted is what it
/// was given less what it still holds. Exact when the limiter is quiet; a moment old while it is busy.
/// </summary>
public readonly record struct LimiterMetrics
{
    /// <summary>The limiter's <see cref="Limiter.Id"/>.</summary>
    public string LimiterId { get; init; }

    /// <summary>Calls that were granted what they asked for, at once or after waiting.</summary>
    public long TotalAcquisitions { get; init; }

    /// <summary>Permits granted in all those calls.</summary>
    public long TotalPermits { get; init; }

    /// <summary>Calls that did not want to wait and were refused.</summary>
    public long Refusals { get; init; }

    /// <summary>
    /// Calls that would have been refused, or would have had to wait, and were granted because the limiter is in shadow mode.
    /// </summary>
    public long ShadowRefusals { get; init; }

    /// <summary>Granted calls that had to wait.</summary>
    public long TotalWaits { get; init; }

    /// <summary>Time that granted calls spent waiting, in milliseconds.</summary>
    public double TotalWaitTimeMs { get; init; }

    /// <summary>Mean wait of all granted calls, those that did not wait included, in milliseconds; 0 without any.</summary>
    public double AvgWaitTimeMs => TotalAcquisitions == 0 ? 0 : TotalWaitTimeMs / TotalAcquisitions;

    /// <summary>Longest wait of a granted call, in milliseconds.</summary>
    public double MaxWaitTimeMs { get; init; }

    /// <summary>
    /// Waits that ended without a permit because of their timeout, or were refused at once because they could not have met it.
    /// </summary>
    public long Timeouts { get; init; }

    /// <summary>Waits that were cancelled.</summary>
    public long Cancellations { get; init; }

    /// <summary>Lost update races at a store that is shared between processes; always 0 for a limiter in memory.</summary>
    public long CasFailures { get; init; }

    /// <summary>
    /// A time since which a permit has been granted, as late as is known; null before the first grant. Grants close to the caller are not
    /// timed one by one: for those it is the time of the last refill, or of the reading of these metrics after which the count went up.
    /// </summary>
    public DateTimeOffset? LastAcquisitionAt { get; init; }

    /// <summary>Concurrency slots taken now; 0 for a pure rate limit.</summary>
    public long CurrentConcurrent { get; init; }

    /// <summary>How often a caller found all slots taken.</summary>
    public long MaxConcurrentReached { get; init; }

    /// <summary>Concurrency slots given back.</summary>
    public long TotalReleases { get; init; }

    /// <summary>Callers that wait in line now.</summary>
    public long Waiting { get; init; }
}
