using System.Diagnostics;
using System.Globalization;
using System.Threading.RateLimiting;
using RateSync.Fast.Bench.Keys;

namespace RateSync.Fast.Bench.Compare;

/// <summary>What keys cost that nobody asks for.</summary>
internal static class IdleComparison
{
    private const int Keys = 100_000;

    private static readonly TimeSpan s_settle = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan s_measure = TimeSpan.FromSeconds(5);

    public static IEnumerable<Finding> Measure()
    {
        string[] keys = KeySet.Addresses(Keys);
        long empty = HeapGrowth.Settle();
        double ours;
        long oursBytes;
        using (KeyedLimiter limiter = KeyedLimits.Slow(Keys))
        {
            foreach (string key in keys)
            {
                limiter.TryAcquire(key);
            }

            ours = CoreShare();
            oursBytes = HeapGrowth.Settle() - empty;
            GC.KeepAlive(limiter);
        }

        empty = HeapGrowth.Settle();
        double platform;
        long platformBytes;
        using (PartitionedRateLimiter<string> limiter = Peers.PeerLimits.Partitioned())
        {
            foreach (string key in keys)
            {
                limiter.AttemptAcquire(key).Dispose();
            }

            platform = CoreShare();
            platformBytes = HeapGrowth.Settle() - empty;
        }

        GC.KeepAlive(keys);
        yield return new Finding("share of one core", Percent(platform), Percent(ours));
        yield return new Finding("memory beyond the keys", Megabytes(platformBytes), Megabytes(oursBytes));
    }

    /// <summary>Processor time of the whole process while it does nothing, as a part of one core's.</summary>
    private static double CoreShare()
    {
        using Process process = Process.GetCurrentProcess();
        Thread.Sleep(s_settle);
        process.Refresh();
        TimeSpan before = process.TotalProcessorTime;
        long start = Stopwatch.GetTimestamp();
        Thread.Sleep(s_measure);
        process.Refresh();
        return (process.TotalProcessorTime - before) / Stopwatch.GetElapsedTime(start);
    }

    private static string Percent(double part) => part.ToString("P1", CultureInfo.InvariantCulture);

    private static string Megabytes(long bytes) => (bytes / 1e6).ToString("0.0", CultureInfo.InvariantCulture) + " MB";
}
