using System.Globalization;
using System.Numerics;
using System.Runtime.CompilerServices;

namespace RateSync.Fast.Algorithms;

/// <summary>
/// Exact integer arithmetic for a rate. Time is counted in <em>units</em> chosen so that one clock tick is a whole number of
/// units (or one unit a power of two of ticks) and one permit costs a whole number of units: nothing is rounded per grant.
/// </summary>
/// <remarks>
/// With a rate of p/q permits per tick, a unit is 1/p tick and a permit costs q units. The fraction is the best one not above
/// the nominal rate (continued fractions, Hardy and Wright, "An Introduction to the Theory of Numbers", chapter X), so the
/// sustained rate is never above what was asked, and below it by less than one part in a billion where the numbers allow.
/// </remarks>
internal readonly struct RateScale
{
    /// <summary>The most units a full bucket may be worth: leaves an eighth of the 56-bit time circle for debt and staleness.</summary>
    public const long MaxCapacity = 1L << 53;

    /// <summary>Largest number of permits a bucket can hold.</summary>
    public const long MaxBurst = 1L << 40;

    /// <summary>Largest number of permits the bucket of one key can hold.</summary>
    public const long MaxKeyBurst = 1L << 30;

    /// <summary>Fastest rate, in permits per second.</summary>
    public const double MaxRate = 1e9;

    /// <summary>Slowest rate, in permits per second: about three a century.</summary>
    public const double MinRate = 1e-9;

    /// <summary>A full bucket may take at most this many ticks to fill, so that every wait is a valid tick count.</summary>
    private const long MaxFillTicks = 1L << 61;

    /// <summary>Good enough to stop looking for a finer unit: one permit too few in this many.</summary>
    private const long WantedPrecision = 1_000_000_000;

    private RateScale(long unitsPerTick, int shift, long cost, long burst, long frequency)
    {
        UnitsPerTick = unitsPerTick;
        Shift = shift;
        Cost = cost;
        Burst = burst;
        Frequency = frequency;
        Capacity = burst * cost;
    }

    /// <summary>Units in one clock tick; 1 when <see cref="Shift"/> is not 0.</summary>
    public readonly long UnitsPerTick;

    /// <summary>A unit is 2^Shift ticks.</summary>
    public readonly int Shift;

    /// <summary>Units one permit costs.</summary>
    public readonly long Cost;

    /// <summary>Permits a full bucket holds.</summary>
    public readonly long Burst;

    /// <summary>Clock ticks in a second.</summary>
    public readonly long Frequency;

    /// <summary>Units a full bucket is worth.</summary>
    public readonly long Capacity;

    /// <summary>The rate that is really enforced, permits per second; never above the one asked for.</summary>
    public double EffectiveRate => (double)UnitsPerTick / Cost / (1L << Shift) * Frequency;

    /// <summary>As <see cref="Create"/>, for words in which a full bucket may be worth less.</summary>
    /// <remarks>
    /// Where a clock tick is a whole number of units nothing is rounded. Where a unit is longer than a tick, a permit costs one unit more
    /// than it would have to, less the last tick of it: <c>cost &gt;= exact + 1 - 2^-Shift</c>. For that price time may be rounded down
    /// everywhere, and the bound still holds over every interval of real time: see <see cref="KeyedBucket"/>. It is less than two parts in
    /// <c>maxCapacity / (2 * burst)</c> of the rate.
    /// </remarks>
    public static RateScale CreateRoundedDown(double ratePerSecond, long burst, long frequency, long maxCapacity)
    {
        RateScale fine = Create(ratePerSecond, burst, frequency);
        (BigInteger permits, BigInteger ticks) = PermitsPerTick(ratePerSecond, frequency);
        if (burst > MaxKeyBurst)
        {
            throw new ArgumentOutOfRangeException(
                nameof(burst), burst, string.Create(CultureInfo.InvariantCulture, $"The burst of one key can be at most {MaxKeyBurst}."));
        }

        long maxCost = maxCapacity / burst;
        (long unitsPerTick, long best) = BestFractionBelow(permits, ticks, Math.Max(1L << 12, (long)(permits / ticks)), maxCost);
        if (unitsPerTick > 0)
        {
            return new RateScale(unitsPerTick, 0, best, burst, fine.Frequency);
        }

        int shift = 0;
        BigInteger cost;
        do
        {
            shift++;
            cost = CeilingDivide(ticks + (permits * ((1L << shift) - 1)), permits << shift);
        }
        while (cost > maxCost);

        return new RateScale(1, shift, (long)cost, burst, fine.Frequency);
    }

    /// <summary>Chooses the units for a rate and a burst on a clock of the given frequency.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The numbers are out of range, alone or together.</exception>
    public static RateScale Create(double ratePerSecond, long burst, long frequency, string rateName = "ratePerSecond", string burstName = "burst")
    {
        if (!(ratePerSecond >= MinRate && ratePerSecond <= MaxRate))
        {
            throw new ArgumentOutOfRangeException(
                rateName,
                ratePerSecond,
                string.Create(CultureInfo.InvariantCulture, $"The rate must be a number of permits per second from {MinRate} to {MaxRate}."));
        }

        if (burst is < 1 or > MaxBurst)
        {
            throw new ArgumentOutOfRangeException(
                burstName, burst, string.Create(CultureInfo.InvariantCulture, $"The burst must be from 1 to {MaxBurst} permits."));
        }

        return ShortFraction.TryPermitsPerTick(ratePerSecond, frequency, out long few, out long per) && burst <= MaxFillTicks / per
            ? Fit(few, per, burst, frequency)
            : CreateExactly(ratePerSecond, burst, frequency, rateName, burstName);
    }

    /// <summary>As <see cref="Create"/>, whatever the numbers are.</summary>
    internal static RateScale CreateExactly(double ratePerSecond, long burst, long frequency, string rateName, string burstName)
    {
        (BigInteger permits, BigInteger ticks) = PermitsPerTick(ratePerSecond, frequency);
        if (new BigInteger(burst) * ticks > MaxFillTicks * permits)
        {
            BigInteger possible = MaxFillTicks * permits / ticks;
            if (possible < 1)
            {
                throw new ArgumentOutOfRangeException(
                    rateName,
                    ratePerSecond,
                    string.Create(
                        CultureInfo.InvariantCulture,
                        $"One permit would take more than {MaxFillTicks / frequency} seconds, which no limiter word can hold: the rate is too slow for any burst."));
            }

            throw new ArgumentOutOfRangeException(
                burstName,
                burst,
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"A burst of {burst} at {ratePerSecond} permits per second would take more than {MaxFillTicks / frequency} seconds to fill, which no limiter word can hold; at this rate the burst can be {possible} at the most."));
        }

        return Fit(permits, ticks, burst, frequency);
    }

    /// <summary>The same units with another price per permit.</summary>
    public RateScale WithCost(long cost) => new(UnitsPerTick, Shift, cost, Burst, Frequency);

    /// <summary>Whether times and permits are the same numbers of units in both.</summary>
    public bool HasUnitsOf(in RateScale other) => UnitsPerTick == other.UnitsPerTick && Shift == other.Shift && Cost == other.Cost;

    /// <summary>Time in units; wraps silently, as all comparisons are made on differences.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public long ToUnits(long ticks) => (ticks * UnitsPerTick) >> Shift;

    /// <summary>1 if <paramref name="ticks"/> lies within a unit, 0 if a unit begins there.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public long Partial(long ticks) => (ticks & ((1L << Shift) - 1)) == 0 ? 0 : 1;

    /// <summary>
    /// The smallest number of ticks after <paramref name="now"/> at which <see cref="ToUnits"/> has grown by
    /// <paramref name="units"/>.
    /// </summary>
    public long TicksUntil(long now, long units)
    {
        if (units <= 0)
        {
            return 0;
        }

        if (Shift == 0)
        {
            long ticks = Math.DivRem(units, UnitsPerTick, out long rest);
            return rest == 0 ? ticks : ticks + 1;
        }

        // A debt of several bursts may be more ticks than a word can count: then it is a lower bound.
        return units > MaxFillTicks >> Shift ? MaxFillTicks : (units << Shift) - (now & ((1L << Shift) - 1));
    }

    /// <summary>As below, of numbers whose product fits a word: the usual ones, for which no large ones have to be set up.</summary>
    private static RateScale Fit(long permits, long ticks, long burst, long frequency)
    {
        long maxCost = MaxCapacity / burst;
        if (ticks / permits >= maxCost)
        {
            return FitExactly(permits, ticks, burst, frequency);
        }

        (long unitsPerTick, long cost) = ShortFraction.BestBelow(permits, ticks, Math.Max(1L << 12, permits / ticks), maxCost, WantedPrecision);
        return new RateScale(unitsPerTick, 0, cost, burst, frequency);
    }

    private static RateScale FitExactly(long permits, long ticks, long burst, long frequency) => Fit((BigInteger)permits, ticks, burst, frequency);

    private static RateScale Fit(BigInteger permits, BigInteger ticks, long burst, long frequency)
    {
        long maxCost = MaxCapacity / burst;
        if (ticks / permits >= maxCost)
        {
            // So slow that a tick is finer than needed: a unit is 2^shift ticks, and one permit costs at least 2^12 of them.
            int shift = 1;
            while (CeilingDivide(ticks, permits << shift) > maxCost)
            {
                shift++;
            }

            return new RateScale(1, shift, (long)CeilingDivide(ticks, permits << shift), burst, frequency);
        }

        (long unitsPerTick, long cost) = BestFractionBelow(permits, ticks, Math.Max(1L << 12, (long)(permits / ticks)), maxCost);
        return new RateScale(unitsPerTick, 0, cost, burst, frequency);
    }

    /// <summary>The rate as an exact fraction of permits per tick, taking the number as the decimal that a person reads.</summary>
    private static (BigInteger Permits, BigInteger Ticks) PermitsPerTick(double ratePerSecond, long frequency)
    {
        string digits = ratePerSecond.ToString("R", CultureInfo.InvariantCulture);
        int exponent = 0;
        int e = digits.IndexOf('E', StringComparison.Ordinal);
        if (e >= 0)
        {
            exponent = int.Parse(digits.AsSpan(e + 1), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture);
            digits = digits[..e];
        }

        int point = digits.IndexOf('.', StringComparison.Ordinal);
        if (point >= 0)
        {
            exponent -= digits.Length - point - 1;
            digits = digits.Remove(point, 1);
        }

        BigInteger permits = BigInteger.Parse(digits, CultureInfo.InvariantCulture);
        BigInteger ticks = frequency;
        if (exponent >= 0)
        {
            permits *= BigInteger.Pow(10, exponent);
        }
        else
        {
            ticks *= BigInteger.Pow(10, -exponent);
        }

        BigInteger common = BigInteger.GreatestCommonDivisor(permits, ticks);
        return (permits / common, ticks / common);
    }

    /// <summary>
    /// The best p/q not above <paramref name="n"/>/<paramref name="d"/> with p and q within their limits, or the first that is
    /// as precise as wanted: a walk down the Stern-Brocot tree, whole runs at a time.
    /// </summary>
    private static (long P, long Q) BestFractionBelow(BigInteger n, BigInteger d, long maxP, long maxQ)
    {
        // low <= n/d < high, neighbours in the tree; only low is ever an answer.
        BigInteger lowP = 0, lowQ = 1, highP = 1, highQ = 0;
        while (true)
        {
            // As many steps to the right as keep low + k * high not above n/d.
            BigInteger steps = (n * lowQ - d * lowP) / (d * highP - n * highQ);
            steps = BigInteger.Min(steps, (maxP - lowP) / highP);
            if (!highQ.IsZero)
            {
                steps = BigInteger.Min(steps, (maxQ - lowQ) / highQ);
            }

            lowP += steps * highP;
            lowQ += steps * highQ;
            BigInteger missing = n * lowQ - d * lowP;
            if (missing * WantedPrecision <= n * lowQ || lowP + highP > maxP || lowQ + highQ > maxQ)
            {
                return ((long)lowP, (long)lowQ);
            }

            // As many steps to the left as keep high + k * low above n/d.
            BigInteger left = (d * highP - n * highQ - 1) / missing;
            highP += left * lowP;
            highQ += left * lowQ;
            if (lowP + highP > maxP || lowQ + highQ > maxQ)
            {
                return ((long)lowP, (long)lowQ);
            }
        }
    }

    private static BigInteger CeilingDivide(BigInteger a, BigInteger b) => (a + b - 1) / b;
}
