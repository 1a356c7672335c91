using System.Globalization;

namespace RateSync.Fast.Testing;

/// <summary>What a test expects of a limiter. Each throws <see cref="LimiterAssertionException"/> if it is not so.</summary>
public static class LimiterAssertions
{
    /// <summary>Takes permits and promises that they were granted at once.</summary>
    /// <param name="limiter">The limiter.</param>
    /// <param name="permits">How many, all together.</param>
    /// <returns>What was granted: dispose it to give slots of a concurrency limit back.</returns>
    /// <exception cref="LimiterAssertionException">It refused; nothing was taken.</exception>
    public static Permit ShouldGrant(this Limiter limiter, int permits = 1)
    {
        ArgumentNullException.ThrowIfNull(limiter);
        Decision decision = limiter.Attempt(permits);
        return decision.Allowed
            ? decision.Permit
            : throw new LimiterAssertionException($"Expected {Count(permits)} to be granted. {decision}");
    }

    /// <summary>Asks for permits and promises that they are refused now.</summary>
    /// <param name="limiter">The limiter.</param>
    /// <param name="permits">How many, all together.</param>
    /// <returns>The refusal with its reasons.</returns>
    /// <exception cref="LimiterAssertionException">It granted them; they were given back.</exception>
    public static Decision ShouldRefuse(this Limiter limiter, int permits = 1)
    {
        ArgumentNullException.ThrowIfNull(limiter);
        Decision decision = limiter.Attempt(permits);
        if (!decision.Allowed)
        {
            return decision;
        }

        GiveBack(decision.Permit);
        throw new LimiterAssertionException($"Expected {Count(permits)} to be refused. {decision}");
    }

    /// <summary>Asks for permits and promises that they are refused now and would be granted after exactly so long.</summary>
    /// <param name="limiter">The limiter.</param>
    /// <param name="retryAfter">
    /// What <see cref="Decision.RetryAfter"/> must say; <see cref="Timeout.InfiniteTimeSpan"/> for a limit that does not depend on time.
    /// </param>
    /// <param name="permits">How many, all together.</param>
    /// <returns>The refusal with its reasons.</returns>
    /// <exception cref="LimiterAssertionException">It granted them (they were given back), or says another time.</exception>
    public static Decision ShouldRefuse(this Limiter limiter, TimeSpan retryAfter, int permits = 1)
    {
        Decision decision = limiter.ShouldRefuse(permits);
        return decision.RetryAfter == retryAfter
            ? decision
            : throw new LimiterAssertionException(
                $"Expected to be told to retry after {Show(retryAfter)}, not after {Show(decision.RetryAfter)}. {decision}");
    }

    /// <summary>Takes all permits that are to be had now, and promises that the next one is refused.</summary>
    /// <param name="limiter">The limiter. Nobody else should use it at that time.</param>
    /// <returns>How many there were.</returns>
    /// <exception cref="LimiterAssertionException">After as many as it says it had, it still grants.</exception>
    public static long ConsumeFully(this Limiter limiter)
    {
        ArgumentNullException.ThrowIfNull(limiter);
        long taken = 0;
        while (taken <= limiter.Limit)
        {
            Decision next = limiter.Peek();
            if (!next.Allowed)
            {
                return taken;
            }

            int permits = (int)Math.Clamp(next.Remaining, 1, int.MaxValue);

            // Fewer where the limiter's own numbers are out of date.
            while (!limiter.TryAcquire(permits))
            {
                permits = permits > 1
                    ? permits / 2
                    : throw new LimiterAssertionException($"It says that a permit is to be had, and refuses it. {limiter.Peek()}");
            }

            taken += permits;
        }

        throw new LimiterAssertionException(string.Create(
            CultureInfo.InvariantCulture,
            $"Expected {limiter.Id} to refuse after {limiter.Limit} permits; it granted {taken} and would go on."));
    }

    /// <summary>Moves the clock on until the limiter is as good as unused, and promises that it is.</summary>
    /// <param name="limiter">A limiter that goes by <paramref name="clock"/>.</param>
    /// <param name="clock">Its clock.</param>
    /// <returns>How long that took.</returns>
    /// <exception cref="LimiterAssertionException">
    /// The limiter does not recover by time alone, as slots are taken, or it is not full after the time that it named: it may go by
    /// another clock.
    /// </exception>
    public static TimeSpan AdvanceTimeAndRefill(this Limiter limiter, ManualTimeProvider clock)
    {
        ArgumentNullException.ThrowIfNull(limiter);
        ArgumentNullException.ThrowIfNull(clock);
        LimiterState before = limiter.GetState();
        if (before.ResetAfter == Timeout.InfiniteTimeSpan)
        {
            return before.Remaining == before.Limit
                ? TimeSpan.Zero
                : throw new LimiterAssertionException($"No time refills it: permits have to be given back. {limiter}");
        }

        clock.Advance(before.ResetAfter);
        LimiterState after = limiter.GetState();
        return after.Remaining >= after.Limit - limiter.DeclaredShortfall
            ? before.ResetAfter
            : throw new LimiterAssertionException($"It said that it is full after {Show(before.ResetAfter)}, and is not. {limiter}");
    }

    private static void GiveBack(Permit permit)
    {
        permit.Refund(permit.Permits);
        permit.Dispose();
    }

    private static string Count(int permits) => permits == 1
        ? "1 permit"
        : string.Create(CultureInfo.InvariantCulture, $"{permits} permits");

    private static string Show(TimeSpan span) => span == Timeout.InfiniteTimeSpan
        ? "no time at all"
        : string.Create(CultureInfo.InvariantCulture, $"{span.TotalMilliseconds} ms");
}
