using System.Threading.RateLimiting;
using RateSync.Fast.Bench.Peers;

namespace RateSync.Fast.Bench.Async;

/// <summary>
/// What a wait allocates once the pools are warm: waves of two sizes, and the difference between them. What a wave allocates however large
/// it is, such as a thread that the pool starts, is not any wait's.
/// </summary>
internal static class WarmWaits
{
    private const int Most = 10_000;
    private const int Fewest = 2_000;
    private const int WarmUpWaves = 3;
    private const int Waves = 5;
    private const double Rate = 200_000;
    private const int Burst = 20_000;

    /// <summary>Bytes per wait, of the whole process.</summary>
    public static double MeasureBytes()
    {
        using TokenBucket bucket = new(Rate, Burst);
        WaitRecord[] records = [.. Enumerable.Range(0, Most).Select(static _ => new WaitRecord())];
        return Slope((waiters, done) =>
        {
            while (!bucket.TryAcquire(Burst))
            {
                Thread.Sleep(1);
            }

            return Bytes(done, () =>
            {
                foreach (WaitRecord record in records.AsSpan(0, waiters))
                {
                    record.Begin(bucket, done);
                }
            });
        });
    }

    /// <summary>The platform's, likewise.</summary>
    public static double MeasurePeerBytes()
    {
        using TokenBucketRateLimiter limiter = PeerLimits.Queueing(Burst, Rate, Most);
        PeerWaitRecord[] records = [.. Enumerable.Range(0, Most).Select(static _ => new PeerWaitRecord())];
        return Slope((waiters, done) =>
        {
            while (limiter.GetStatistics()!.CurrentAvailablePermits < Burst)
            {
                Thread.Sleep(1);
            }

            limiter.AttemptAcquire(Burst).Dispose();
            return Bytes(done, () =>
            {
                foreach (PeerWaitRecord record in records.AsSpan(0, waiters))
                {
                    record.Begin(limiter, done);
                }
            });
        });
    }

    private static double Slope(Func<int, CountdownEvent, long> wave)
    {
        using CountdownEvent done = new(Most);
        for (int i = 0; i < WarmUpWaves; i++)
        {
            done.Reset(Most);
            wave(Most, done);
        }

        long most = long.MaxValue;
        long fewest = long.MaxValue;
        for (int i = 0; i < Waves; i++)
        {
            done.Reset(Most);
            most = Math.Min(most, wave(Most, done));
            done.Reset(Fewest);
            fewest = Math.Min(fewest, wave(Fewest, done));
        }

        return Math.Max(0, most - fewest) / (double)(Most - Fewest);
    }

    private static long Bytes(CountdownEvent done, Action begin)
    {
        long before = GC.GetTotalAllocatedBytes(precise: true);
        begin();
        done.Wait();
        return GC.GetTotalAllocatedBytes(precise: true) - before;
    }
}
