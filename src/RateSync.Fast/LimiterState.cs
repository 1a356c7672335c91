namespace RateSync.Fast;

/// <summary>How a limiter stands at one moment. Reading it takes no permit.</summary>
public readonly record struct LimiterState
{
    /// <summary>The limiter's <see cref="Limiter.Id"/>.</summary>
    public string LimiterId { get; init; }

    /// <summary>Whether one permit would be granted now.</summary>
    public bool Allowed { get; init; }

    /// <summary>The most permits that can be granted at once.</summary>
    public long Limit { get; init; }

    /// <summary>Permits that could be had now.</summary>
    public long Remaining { get; init; }

    /// <summary>Permits that count against the limit now: <see cref="Limit"/> less <see cref="Remaining"/>.</summary>
    public long CurrentUsage => Limit - Remaining;

    /// <summary>How long until one permit could be had; zero when one can be had now, infinite when that does not depend on time.</summary>
    public TimeSpan RetryAfter { get; init; }

    /// <summary>How long until the limiter is as good as unused; infinite when that does not depend on time.</summary>
    public TimeSpan ResetAfter { get; init; }

    /// <summary>When the limiter will be as good as unused, by the wall clock; null when that does not depend on time.</summary>
    public DateTimeOffset? ResetAt { get; init; }

    /// <summary>Callers that wait in line.</summary>
    public long Waiting { get; init; }

    /// <summary>Permits that the callers in line have asked for.</summary>
    public long QueuedPermits { get; init; }
}
