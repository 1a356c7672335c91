using RateSync.Fast.Algorithms;
using RateSync.Fast.Engine;
using RateSync.Fast.State;
using RateSync.Fast.Time;

namespace RateSync.Fast;

public sealed partial class KeyedLimiter
{
    /// <summary>A fixed window for each key: at most <paramref name="limit"/> permits in each window.</summary>
    /// <param name="limit">Permits per window and key, from 1.</param>
    /// <param name="window">Length of a window; windows begin when the limiter is made, for all keys alike.</param>
    /// <param name="options">Everything else; null for the defaults.</param>
    /// <param name="timeProvider">The clock; null for the system's.</param>
    /// <returns>The limiter. A key takes 16 bytes, 32 at the most with the room to grow.</returns>
    /// <exception cref="ArgumentOutOfRangeException">A number out of range.</exception>
    public static KeyedLimiter FixedWindow(int limit, TimeSpan window, KeyedLimiterOptions? options = null, TimeProvider? timeProvider = null) =>
        Window(limit, window, sliding: false, options, timeProvider);

    /// <summary>
    /// A sliding window for each key: at most <paramref name="limit"/> permits in any window, counted in whole sub-windows.
    /// </summary>
    /// <param name="limit">Permits per window and key, from 1 to 262,143.</param>
    /// <param name="window">Length of the window.</param>
    /// <param name="options">Everything else; null for the defaults.</param>
    /// <param name="timeProvider">The clock; null for the system's.</param>
    /// <returns>
    /// The limiter. A key takes 16 bytes, 32 at the most with the room to grow. Sub-windows must fit into them: 8 up to a limit of 15, 4
    /// up to 127, 2 up to 4,095, 1 above. With S of them at least S/(S+1) of the limit can be used in every window.
    /// </returns>
    /// <exception cref="ArgumentOutOfRangeException">A number out of range.</exception>
    public static KeyedLimiter SlidingWindow(int limit, TimeSpan window, KeyedLimiterOptions? options = null, TimeProvider? timeProvider = null)
    {
        Check.Range(limit, 1, KeyedWindow.MaxSlidingLimit, nameof(limit));
        return Window(limit, window, sliding: true, options, timeProvider);
    }

    /// <summary>
    /// A limit on concurrency for each key. Slots are given back by the <see cref="Permit"/>, or by <see cref="Release"/> where there is
    /// none; a key with slots out is never forgotten.
    /// </summary>
    /// <param name="maxConcurrent">Slots per key, from 1.</param>
    /// <param name="options">Everything else; null for the defaults. New keys beyond the bound are always refused.</param>
    /// <param name="timeProvider">The clock of those who wait; null for the system's.</param>
    /// <returns>The limiter. A key takes 16 bytes, 32 at the most with the room to grow.</returns>
    /// <exception cref="ArgumentOutOfRangeException">A number out of range.</exception>
    public static KeyedLimiter Concurrency(int maxConcurrent, KeyedLimiterOptions? options = null, TimeProvider? timeProvider = null)
    {
        Check.AtLeast(maxConcurrent, 1, nameof(maxConcurrent));
        return new KeyedLimiter(
            (clock, set) => Table(new KeyedSlots(maxConcurrent), clock, set with { Overflow = KeyOverflow.Refuse }),
            refundable: true,
            options,
            timeProvider);
    }

    private static KeyedLimiter Window(int limit, TimeSpan window, bool sliding, KeyedLimiterOptions? options, TimeProvider? timeProvider)
    {
        long ticks = WindowArguments.ToTicks(limit, window, new Clock(timeProvider));
        return new KeyedLimiter(
            (clock, set) => Table(new KeyedWindow(limit, ticks, sliding, clock.Now(), clock.Frequency), clock, set), refundable: false, options, timeProvider)
        {
            DeclaredExcess = sliding ? 0 : limit,
        };
    }

    private static KeyTable<TPolicy, InterlockedAtomics, LineShape> Table<TPolicy>(TPolicy policy, Clock clock, KeyedLimiterOptions options)
        where TPolicy : struct, IKeyPolicy => KeyLimit.NewTable(policy, clock, options.MaxKeys, options.Overflow);

    private KeyTable<TPolicy, InterlockedAtomics, LineShape> Table<TPolicy>(TPolicy policy, KeyedLimiterOptions options)
        where TPolicy : struct, IKeyPolicy => Table(policy, _clock, options);
}
