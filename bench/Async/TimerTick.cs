using System.Diagnostics;
using RateSync.Fast.Bench.Measure;

namespace RateSync.Fast.Bench.Async;

/// <summary>How fine the platform's timers are on this machine.</summary>
internal static class TimerTick
{
    private const int Firings = 50;

    /// <summary>The median time between firings of a timer that is asked to fire every millisecond, in nanoseconds.</summary>
    public static double MeasureNs()
    {
        long[] times = new long[Firings];
        int count = 0;
        using ManualResetEventSlim done = new();
        using Timer timer = new(
            _ =>
            {
                int at = Interlocked.Increment(ref count) - 1;
                if (at < Firings)
                {
                    times[at] = Stopwatch.GetTimestamp();
                }

                if (at == Firings - 1)
                {
                    done.Set();
                }
            },
            null,
            TimeSpan.FromMilliseconds(1),
            TimeSpan.FromMilliseconds(1));
        done.Wait();
        return Statistics.Median(times.Order().Zip(times.Order().Skip(1), static (a, b) => Stopwatch.GetElapsedTime(a, b).TotalNanoseconds));
    }
}
