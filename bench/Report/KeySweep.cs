using System.Threading.RateLimiting;
using RateSync.Fast.Bench.Keys;
using RateSync.Fast.Bench.Measure;
using RateSync.Fast.Bench.Operations;
using RateSync.Fast.Bench.Peers;

namespace RateSync.Fast.Bench.Report;

/// <summary>What a key weighs and what finding it costs, from a thousand keys to ten million; the platform's to a million.</summary>
internal sealed record KeySweep(IReadOnlyList<Series> Bytes, IReadOnlyList<Series> Nanoseconds)
{
    private const int MostOfPlatform = 1_000_000;

    private static readonly int[] s_keys = [1_000, 10_000, 100_000, 1_000_000, 10_000_000];

    public static KeySweep Measure(Crew crew)
    {
        List<(double, double)> bytes = [];
        List<(double, double)> times = [];
        List<(double, double)> platformBytes = [];
        List<(double, double)> platformTimes = [];
        foreach (int count in s_keys)
        {
            string[] keys = KeySet.Addresses(count);
            KeyedLimiter limiter = KeyedLimits.Slow(count);
            bytes.Add((count, Weigh(() => Fill(crew, new KeyedOperation(limiter, keys), count), count)));
            times.Add((count, Time(crew, new KeyedOperation(limiter, keys))));
            GC.KeepAlive(limiter);
            if (count > MostOfPlatform)
            {
                continue;
            }

            using PartitionedRateLimiter<string> platform = PeerLimits.Partitioned();
            platformBytes.Add((count, Weigh(() => Fill(crew, new PartitionedPeer(platform, keys), count), count)));
            platformTimes.Add((count, Time(crew, new PartitionedPeer(platform, keys))));
        }

        return new KeySweep(
            [new Series("KeyedLimiter", bytes), new Series("PartitionedRateLimiter", platformBytes)],
            [new Series("KeyedLimiter", times), new Series("PartitionedRateLimiter", platformTimes)]);
    }

    private static void Fill<TOperation>(Crew crew, TOperation operation, int count)
        where TOperation : struct, IOperation => crew.RunAlone(() =>
        {
            TOperation own = operation;
            own.Begin(0);
            for (int i = 0; i < count; i++)
            {
                own.Invoke();
            }
        });

    private static double Weigh(Action fill, int count)
    {
        long before = HeapGrowth.Settle();
        fill();
        return (double)Math.Max(0, HeapGrowth.Settle() - before) / count;
    }

    private static double Time<TOperation>(Crew crew, TOperation operation)
        where TOperation : struct, IOperation
    {
        Contest contest = new();
        Contender contender = contest.Add("keys", _ => operation, 1, Expect.Mixed);
        WarmUp.Run(crew, contest.Contenders);
        contest.Run(crew, Budget.Headline);
        return contender.MedianNs;
    }
}
