using System.Globalization;
using RateSync.Fast.Algorithms;
using RateSync.Fast.Time;

namespace RateSync.Fast.Engine;

/// <summary>What all window limits check and choose alike.</summary>
internal static class WindowArguments
{
    private static readonly TimeSpan s_longest = TimeSpan.FromDays(10_000);

    /// <summary>Checks a limit and a window; returns the window in ticks.</summary>
    public static long ToTicks(int limit, TimeSpan window, in Clock clock)
    {
        Check.AtLeast(limit, 1, nameof(limit));
        long ticks = clock.ToTicks(window);
        if (window <= TimeSpan.Zero || window > s_longest || ticks < 1)
        {
            Check.Throw(
                nameof(window),
                window,
                string.Create(CultureInfo.InvariantCulture, $"The window must be at least one tick of the clock, 1/{clock.Frequency} s, and at most {s_longest.Days} days."));
        }

        return ticks;
    }

    public static ChunkPlan Plan(int limit, TimeSpan window, Sharding sharding) => sharding == Sharding.Auto
        ? ChunkPlan.For(limit / window.TotalSeconds, limit, Environment.ProcessorCount)
        : ChunkPlan.None;
}
