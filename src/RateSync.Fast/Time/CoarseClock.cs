using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace RateSync.Fast.Time;

/// <summary>
/// A clock that is cheap to read and lags behind: good for refusing, because what is not due by the latest time that it can be
/// is not due. Never used for granting.
/// </summary>
/// <remarks>
/// The system's tick counter lags the precise clock by one timer tick at the most: 1 to 10 ms on Linux, 15.6 ms on Windows. Should a
/// virtual machine's timer tick come later than the margin allows, a permit that became available meanwhile is refused for that
/// long: availability is lost then, a grant too many is never made.
/// </remarks>
internal static unsafe class CoarseClock
{
    /// <summary>How far the counter can lag, with room to spare.</summary>
    private const long MarginNanoseconds = 20_000_000;

    /// <summary>No reading is trusted for longer than this, so that drift between the two clocks cannot add up.</summary>
    private const long LongestNanoseconds = 1_000_000_000;

    private const long NanosecondsPerMillisecond = 1_000_000;

    /// <summary>CLOCK_MONOTONIC_COARSE of clock_gettime(2): the time of the last timer tick, read without a system call.</summary>
    private const int LinuxMonotonicCoarse = 6;

    // Environment.TickCount64 reads the same clock, and then spends as long again on cutting it to milliseconds.
    private static readonly delegate* unmanaged[SuppressGCTransition]<int, TimeSpec*, int> s_clockGetTime = FindClockGetTime();

    /// <summary>A wait shorter than this is not worth telling by the coarse clock, in ticks of the precise one.</summary>
    public static long WorthwhileTicks => 2 * MarginNanoseconds / 1000 * Stopwatch.Frequency / 1_000_000;

    /// <summary>Nanoseconds since some time in the past.</summary>
    public static long Now
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get
        {
            if (s_clockGetTime == null)
            {
                return Environment.TickCount64 * NanosecondsPerMillisecond;
            }

            Unsafe.SkipInit(out TimeSpec time);
            s_clockGetTime(LinuxMonotonicCoarse, &time);
            return (time.Seconds * 1_000_000_000) + time.Nanoseconds;
        }
    }

    /// <summary>
    /// The reading up to which it is certainly too early, when <paramref name="ticks"/> had to pass at a precise reading that was
    /// made after the counter showed <paramref name="counter"/>.
    /// </summary>
    public static long TooEarlyUntil(long counter, long ticks)
    {
        // At a true time t the counter shows c(t) with t - lag <= c(t) <= t, in a common base. The due time is at least `ticks` after
        // the moment at which the counter was read, which was not before `counter`. While c(t) is below the result, less than that
        // time less the margin plus the lag has passed since that moment: it is before the due time.
        Int128 wait = ((Int128)ticks * 1_000_000_000 / Stopwatch.Frequency) - MarginNanoseconds;
        return counter + (long)Int128.Clamp(wait, 0, LongestNanoseconds);
    }

    private static delegate* unmanaged[SuppressGCTransition]<int, TimeSpec*, int> FindClockGetTime()
    {
        // The layout of timespec below is that of 64-bit Linux.
        if (!OperatingSystem.IsLinux() || !Environment.Is64BitProcess
            || !(NativeLibrary.TryLoad("libc.so.6", out nint library) || NativeLibrary.TryLoad("libc", out library))
            || !NativeLibrary.TryGetExport(library, "clock_gettime", out nint address))
        {
            return null;
        }

        var clockGetTime = (delegate* unmanaged[SuppressGCTransition]<int, TimeSpec*, int>)address;
        TimeSpec time = default;
        return clockGetTime(LinuxMonotonicCoarse, &time) == 0 && time.Seconds + time.Nanoseconds > 0 ? clockGetTime : null;
    }

    private struct TimeSpec
    {
        public long Seconds;
        public long Nanoseconds;
    }
}
