using System.Diagnostics;
using System.Runtime.CompilerServices;

namespace RateSync.Fast.Time;

/// <summary>
/// An upper bound on the system's monotonic clock for a fraction of the price of reading it. It may run ahead of the true time
/// by up to <see cref="MaxLeadMilliseconds"/>, never behind: good for refusing, never used for granting.
/// </summary>
/// <remarks>
/// The system's millisecond counter (<see cref="Environment.TickCount64"/>) lags the precise clock by one timer tick at the
/// most: 1 to 10 ms on Linux, 15.6 ms on Windows, plus the cut to whole milliseconds. A slow refusal, which reads the precise clock,
/// renews the offset between the two, and a bound is given only within <see cref="CalibrationMilliseconds"/> of such a
/// reading, so that drift between the two cannot add up. Should a virtual machine's timer tick come later than
/// the margin, a permit that became available in that time is refused once more: an availability lost for that long, never a grant too many.
/// </remarks>
internal static class CoarseClock
{
    /// <summary>The margin added for the counter's lag.</summary>
    public const long MarginMilliseconds = 20;

    /// <summary>How far the bound can be ahead of the true time.</summary>
    public const long MaxLeadMilliseconds = 2 * MarginMilliseconds;

    /// <summary><see cref="MaxLeadMilliseconds"/> in ticks of the precise clock.</summary>
    public static readonly long MaxLeadTicks = MaxLeadMilliseconds * Stopwatch.Frequency / 1000;

    /// <summary>A calibration older than this is not used.</summary>
    private const long CalibrationMilliseconds = 1000;

    private static readonly long s_ticksPerMillisecond = Math.Max(1, Stopwatch.Frequency / 1000);

    // Precise clock tick from which on the next calibration is due.
    private static long s_calibrateFrom = long.MinValue;

    // Written one after the other without a lock: offsets of two calibrations differ by no more than the counter's lag, which
    // the margin covers, so a reader that sees the one without the other still gets a bound. The offset goes first:
    // ORDER: release; whoever sees the new calibration time sees its offset. PAIRS: TryGetUpperBound reads them the other way
    // round. ELSE: the first reader ever could trust an offset of zero.
    private static long s_calibratedAt = long.MinValue / 2;
    private static long s_offset;

    /// <summary>An upper bound on the precise clock, or false when it must be read.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool TryGetUpperBound(out long ticks)
    {
        long counter = Environment.TickCount64;
        bool calibrated = counter - Volatile.Read(ref s_calibratedAt) <= CalibrationMilliseconds;
        ticks = (counter * s_ticksPerMillisecond) + Volatile.Read(ref s_offset);
        return calibrated;
    }

    /// <summary>Renews the offset between the counter and the precise clock, if that was not done lately.</summary>
    /// <param name="now">A precise reading made just before.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void CalibrateIfDue(long now)
    {
        if (now >= Volatile.Read(ref s_calibrateFrom))
        {
            Calibrate();
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void Calibrate()
    {
        // The precise clock is read after the counter: should the thread be held up in between, the bound is only higher.
        long counter = Environment.TickCount64;
        long precise = Stopwatch.GetTimestamp();
        Volatile.Write(ref s_calibrateFrom, precise + (s_ticksPerMillisecond * CalibrationMilliseconds / 4));
        Volatile.Write(ref s_offset, precise - (counter * s_ticksPerMillisecond) + (MarginMilliseconds * s_ticksPerMillisecond));
        Volatile.Write(ref s_calibratedAt, counter);
    }
}
