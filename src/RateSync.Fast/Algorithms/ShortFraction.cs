namespace RateSync.Fast.Algorithms;

/// <summary>
/// What <see cref="RateScale"/> computes with numbers of any length, for rates that need no more than a word: the same results, without the
/// type for large numbers, which costs a process milliseconds when it is first used.
/// </summary>
internal static class ShortFraction
{
    private const int MostDecimals = 6;

    /// <summary>Up to here each decimal has a binary number of its own, so there is only one that a person can have meant.</summary>
    private const double MostDigits = 1e15;

    /// <summary>The rate as an exact fraction of permits per tick in lowest terms; false if their product would not fit a word.</summary>
    public static bool TryPermitsPerTick(double ratePerSecond, long frequency, out long permits, out long ticks)
    {
        long unit = 1;
        for (int decimals = 0; decimals <= MostDecimals && frequency <= long.MaxValue / unit; decimals++, unit *= 10)
        {
            double whole = Math.Round(ratePerSecond * unit);
            if (whole < 1 || whole > MostDigits || whole / unit != ratePerSecond)
            {
                continue;
            }

            permits = (long)whole;
            ticks = frequency * unit;
            long common = CommonDivisor(permits, ticks);
            permits /= common;
            ticks /= common;
            return permits <= long.MaxValue / 2 / ticks;
        }

        permits = 0;
        ticks = 1;
        return false;
    }

    /// <summary>
    /// The best p/q not above <paramref name="n"/>/<paramref name="d"/> with p and q within their limits, or the first of which no more
    /// than one part in
    /// <paramref name="wantedPrecision"/> is missing: a walk down the Stern-Brocot tree, whole runs at a time.
    /// </summary>
    /// <remarks>
    /// Whatever lies on the way to n/d in that tree has a numerator of n at most and a denominator of d at most, so no product is larger
    /// than n * d.
    /// </remarks>
    public static (long P, long Q) BestBelow(long n, long d, long maxP, long maxQ, long wantedPrecision)
    {
        // low <= n/d < high, neighbours in the tree; only low is ever an answer.
        long lowP = 0, lowQ = 1, highP = 1, highQ = 0;
        while (true)
        {
            // As many steps to the right as keep low + k * high not above n/d.
            long steps = ((n * lowQ) - (d * lowP)) / ((d * highP) - (n * highQ));
            steps = Math.Min(steps, (maxP - lowP) / highP);
            if (highQ != 0)
            {
                steps = Math.Min(steps, (maxQ - lowQ) / highQ);
            }

            lowP += steps * highP;
            lowQ += steps * highQ;
            long missing = (n * lowQ) - (d * lowP);
            if (missing <= n * lowQ / wantedPrecision || lowP + highP > maxP || lowQ + highQ > maxQ)
            {
                return (lowP, lowQ);
            }

            // As many steps to the left as keep high + k * low above n/d.
            long left = ((d * highP) - (n * highQ) - 1) / missing;
            highP += left * lowP;
            highQ += left * lowQ;
            if (lowP + highP > maxP || lowQ + highQ > maxQ)
            {
                return (lowP, lowQ);
            }
        }
    }

    private static long CommonDivisor(long a, long b)
    {
        while (b != 0)
        {
            (a, b) = (b, a % b);
        }

        return a;
    }
}
