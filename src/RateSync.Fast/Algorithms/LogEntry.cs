namespace RateSync.Fast.Algorithms;

/// <summary>One entry of an exact sliding window's log.</summary>
/// <remarks>
/// From bit 63: time of the grant in units, modulo 2^41 | lap of the ring that it belongs to, 5 bits | sealed: it has ceased
/// to count and does not change any more, 1 bit | permits, 17 bits.
/// </remarks>
internal static class LogEntry
{
    public const int TimeBits = 41;
    public const long Sealed = 1L << 17;

    private const long CountMask = (1L << 17) - 1;
    private const int LapShift = 18;
    private const long LapMask = 31;
    private const int TimeShift = 23;

    public static long Pack(long time, long lap, long permits) =>
        (time << TimeShift) | ((lap & LapMask) << LapShift) | permits;

    public static long Permits(long entry) => entry & CountMask;

    public static bool IsSealed(long entry) => (entry & Sealed) != 0;

    public static bool IsOfLap(long entry, long lap) => ((entry >> LapShift) & LapMask) == (lap & LapMask);

    /// <summary>Units from the entry's time to <paramref name="now"/>, which are within 2^40 of each other.</summary>
    public static long Age(long entry, long now) => (now - (entry >> TimeShift)) << (64 - TimeBits) >> (64 - TimeBits);

    public static long WithPermits(long entry, long permits) => (entry & ~CountMask) | permits;
}
