using System.Globalization;

namespace RateSync.Fast.Testing;

/// <summary>
/// Records grants and checks them against the law of a rate limit: in every interval of length d at most <c>burst + rate * d</c> permits.
/// </summary>
/// <remarks>
/// Thread-safe. A grant is known to lie between two readings of the clock, before and after the call; an interval counts it if both are
/// within. Whatever
/// the threads do, a log of a correct limiter is never found wrong; on a <see cref="ManualTimeProvider"/> the check is exact.
/// </remarks>
public sealed class GrantLog
{
    // Rates are binary fractions and the check is decimal: a millionth of a permit is no violation.
    private const decimal Tolerance = 0.000_001m;

    private readonly Lock _gate = new();
    private readonly List<Grant> _grants = [];
    private readonly TimeProvider _clock;

    /// <summary>An empty log.</summary>
    /// <param name="clock">The limiter's clock; null for the system's.</param>
    public GrantLog(TimeProvider? clock = null)
    {
        _clock = clock ?? TimeProvider.System;
    }

    /// <summary>Permits recorded.</summary>
    public long Permits
    {
        get
        {
            lock (_gate)
            {
                return _grants.Sum(static grant => grant.Permits);
            }
        }
    }

    /// <summary>Asks the limiter for permits and records them if they are granted.</summary>
    /// <param name="limiter">The limiter.</param>
    /// <param name="permits">How many, all together.</param>
    /// <returns>Whether they were granted.</returns>
    public bool TryAcquire(Limiter limiter, int permits = 1)
    {
        ArgumentNullException.ThrowIfNull(limiter);
        long before = _clock.GetTimestamp();
        if (!limiter.TryAcquire(permits))
        {
            return false;
        }

        Record(before, _clock.GetTimestamp(), permits);
        return true;
    }

    /// <summary>Waits for permits and records them.</summary>
    /// <param name="limiter">The limiter.</param>
    /// <param name="permits">How many, all together.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>The permit.</returns>
    public async ValueTask<Permit> AcquireAsync(Limiter limiter, int permits = 1, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(limiter);
        long before = _clock.GetTimestamp();
        Permit permit = await limiter.AcquireAsync(permits, cancellationToken).ConfigureAwait(false);
        Record(before, _clock.GetTimestamp(), permits);
        return permit;
    }

    /// <summary>Records a grant of this moment.</summary>
    /// <param name="permits">How many.</param>
    public void Record(int permits = 1)
    {
        long now = _clock.GetTimestamp();
        Record(now, now, permits);
    }

    /// <summary>Records a grant that happened between two timestamps of the clock.</summary>
    /// <param name="before">Read before the limiter was asked.</param>
    /// <param name="after">Read when it had answered.</param>
    /// <param name="permits">How many.</param>
    /// <exception cref="ArgumentOutOfRangeException">It ended before it began, or there are fewer than no permits.</exception>
    public void Record(long before, long after, int permits)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(after, before);
        ArgumentOutOfRangeException.ThrowIfNegative(permits);
        lock (_gate)
        {
            _grants.Add(new Grant(before, after, permits));
        }
    }

    /// <summary>Promises that no interval, whatever its begin and end, has more than <c>burst + rate * length</c> permits in it.</summary>
    /// <param name="ratePerSecond">The rate.</param>
    /// <param name="burst">The burst.</param>
    /// <exception cref="LimiterAssertionException">One has; the message says which, and by how much.</exception>
    public void ShouldKeepWithin(double ratePerSecond, long burst)
    {
        Grant[] grants;
        lock (_gate)
        {
            grants = [.. _grants];
        }

        if (grants.Length == 0)
        {
            return;
        }

        // From the latest begin of an interval to the earliest: for every end after it, what is wholly between, less rate * end. The
        // largest of them, found by a
        // tree of maxima, less what the bound allows up to the begin, is the worst interval that begins there.
        decimal ratePerTick = (decimal)ratePerSecond / _clock.TimestampFrequency;
        long[] ends = [.. grants.Select(static grant => grant.After).Distinct().Order()];
        MaximumTree tree = new([.. ends.Select(end => -ratePerTick * (end - ends[0]))]);
        Array.Sort(grants, static (left, right) => right.Before.CompareTo(left.Before));
        foreach (Grant grant in grants)
        {
            int end = Array.BinarySearch(ends, grant.After);
            tree.Wake(end);
            tree.AddFrom(end, grant.Permits);
            decimal excess = tree.Maximum(out int at) + ratePerTick * (grant.Before - ends[0]) - burst;
            if (excess > Tolerance)
            {
                Report(grants, grant.Before, ends[at], excess, ratePerSecond, burst);
            }
        }
    }

    private void Report(Grant[] grants, long begin, long end, decimal excess, double ratePerSecond, long burst)
    {
        long permits = grants.Where(grant => grant.Before >= begin && grant.After <= end).Sum(static grant => grant.Permits);
        TimeSpan time = _clock.GetElapsedTime(begin, end);
        throw new LimiterAssertionException(string.Create(
            CultureInfo.InvariantCulture,
            $"{permits} permits within {time.TotalMilliseconds} ms, from timestamp {begin} to {end}: "
            + $"{excess:0.######} more than {burst} + {ratePerSecond}/s allow."));
    }

    private readonly record struct Grant(long Before, long After, int Permits);
}
