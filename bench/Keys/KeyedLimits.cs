namespace RateSync.Fast.Bench.Keys;

/// <summary>The keyed limiter with the settings it is measured with.</summary>
internal static class KeyedLimits
{
    /// <summary>A burst of which hardly any can be set aside: every fourth decision reads the clock.</summary>
    public const long SmallBurst = 50;

    /// <summary>A burst of which a key in use has some set aside.</summary>
    public const long LargeBurst = 1_000_000;

    /// <summary>A limiter that always grants while the keys are asked for in turn: four times as fast as that can be done.</summary>
    public static KeyedLimiter Fast(int keys, long burst) => Make(2e8 / keys, keys, burst);

    /// <summary>
    /// A limiter whose keys all stay in it: a permit takes a hundred seconds to come back, so no key is as good as never seen.
    /// </summary>
    public static KeyedLimiter Slow(int keys) => Make(0.01, keys, SmallBurst);

    private static KeyedLimiter Make(double rate, int keys, long burst) =>
        new(rate, burst, new KeyedLimiterOptions { MaxKeys = Math.Max(keys, 64) });
}
