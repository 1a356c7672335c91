namespace RateSync.Fast;

/// <summary>The answer of several limiters that were asked at once: all or nothing.</summary>
/// <remarks>Disposing it gives back all concurrency slots that were granted, once.</remarks>
public readonly struct MultiDecision : IDisposable
{
    private readonly Decision[]? _decisions;

    internal MultiDecision(Decision[] decisions, int blockedBy)
    {
        _decisions = decisions;
        Allowed = blockedBy < 0;
        BlockedBy = blockedBy < 0 ? null : decisions[blockedBy].LimiterId;
    }

    /// <summary>Whether all of them allow it. True when none was asked.</summary>
    public bool Allowed { get; }

    /// <summary>The first limiter that refused; null when all allow it.</summary>
    public string? BlockedBy { get; }

    /// <summary>What each of them says, in the order they were asked.</summary>
    public IReadOnlyList<Decision> Decisions => _decisions ?? [];

    /// <summary>The fewest permits that any of them has left; <see cref="long.MaxValue"/> when none was asked.</summary>
    public long Remaining
    {
        get
        {
            long fewest = long.MaxValue;
            foreach (Decision decision in _decisions ?? [])
            {
                fewest = Math.Min(fewest, decision.Remaining);
            }

            return fewest;
        }
    }

    /// <summary>
    /// How long until all of them would allow it; <see cref="Timeout.InfiniteTimeSpan"/> when that does not depend on time.
    /// </summary>
    public TimeSpan RetryAfter
    {
        get
        {
            TimeSpan longest = TimeSpan.Zero;
            foreach (Decision decision in _decisions ?? [])
            {
                if (decision.RetryAfter == Timeout.InfiniteTimeSpan)
                {
                    return Timeout.InfiniteTimeSpan;
                }

                longest = longest > decision.RetryAfter ? longest : decision.RetryAfter;
            }

            return longest;
        }
    }

    /// <summary>
    /// <see cref="RetryAfter"/> in whole seconds, rounded up: 0 when allowed; <c>null</c> when time alone does not help.
    /// </summary>
    public int? RetryAfterSeconds => Allowed ? 0 : Decision.WholeSeconds(RetryAfter);

    /// <summary>Gives back the concurrency slots that were granted.</summary>
    public void Dispose()
    {
        foreach (Decision decision in _decisions ?? [])
        {
            decision.Permit.Dispose();
        }
    }
}
