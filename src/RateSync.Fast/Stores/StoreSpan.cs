namespace RateSync.Fast.Stores;

/// <summary>Spans as nanoseconds of a store's clock, and back.</summary>
internal static class StoreSpan
{
    public const long PerSecond = 1_000_000_000;

    /// <summary>
    /// The end of time, 146 years from the origin: no time is later, and sums of times and durations do not outgrow 64 bits.
    /// </summary>
    public const long MaxTime = 1L << 62;

    private const long PerTick = PerSecond / TimeSpan.TicksPerSecond;

    /// <summary>A time later by a span; the end of time if that comes first.</summary>
    public static long After(long time, TimeSpan span) => (long)Int128.Min((Int128)time + ((Int128)span.Ticks * PerTick), long.MaxValue);

    /// <summary>Rounded up, so that waiting for it is never too short.</summary>
    public static TimeSpan ToSpan(long nanoseconds) => new(nanoseconds <= 0 ? 0 : ((nanoseconds - 1) / PerTick) + 1);
}
