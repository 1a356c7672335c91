namespace RateSync.Fast.Algorithms;

/// <summary>
/// A clock that runs slow while a limiter is cold: from 1/coldFactor of true speed up to true speed, in a straight line over
/// the warm-up period. A bucket that refills by this clock ramps its rate up, and never refills faster than its nominal rate.
/// </summary>
/// <param name="Period">Length of the warm-up, in ticks.</param>
/// <param name="ColdFactor">How many times slower than nominal a cold limiter starts; more than 1.</param>
internal readonly record struct WarmUpCurve(long Period, double ColdFactor)
{
    /// <summary>Slow-clock ticks in the first <paramref name="elapsed"/> true ticks after the cold start.</summary>
    public long Progress(long elapsed)
    {
        if (elapsed <= 0)
        {
            return 0;
        }

        double start = 1 / ColdFactor;
        double x = Math.Min(elapsed, Period);
        double progress = (start * x) + ((1 - start) * x * x / (2.0 * Period));
        return (long)progress + Math.Max(0, elapsed - Period);
    }

    /// <summary>The smallest number of true ticks after the cold start in which the slow clock makes <paramref name="progress"/>.</summary>
    public long Elapsed(long progress)
    {
        if (progress <= 0)
        {
            return 0;
        }

        long whole = Progress(Period);
        if (progress >= whole)
        {
            return Period + (progress - whole);
        }

        // Root of the quadratic above, then the last ticks by trial: the root is off by rounding only.
        double start = 1 / ColdFactor;
        double a = (1 - start) / (2.0 * Period);
        long guess = (long)((-start + Math.Sqrt((start * start) + (4 * a * progress))) / (2 * a));
        guess = Math.Clamp(guess, 0, Period);
        while (guess > 0 && Progress(guess - 1) >= progress)
        {
            guess--;
        }

        while (Progress(guess) < progress)
        {
            guess++;
        }

        return guess;
    }
}
