using System.Threading.RateLimiting;
using RateSync.Fast.Bench.Floors;
using RateSync.Fast.Bench.Measure;
using RateSync.Fast.Bench.Operations;
using RateSync.Fast.Bench.Peers;

namespace RateSync.Fast.Bench.Report;

/// <summary>What a granted permit costs with more and more threads.</summary>
internal static class ThreadSweep
{
    private static readonly int[] s_threads = [1, 2, 4, 8, 16];

    public static IReadOnlyList<Series> Measure(Crew crew, Budget budget)
    {
        Contest contest = new();
        List<Contender> all = [];
        foreach (int threads in s_threads)
        {
            TokenBucket ours = new(PeerLimits.Rate, PeerLimits.Burst);
            TokenBucketRateLimiter platform = PeerLimits.FullTokenBucket();
            GcraWord word = new(PeerLimits.Rate, PeerLimits.Burst);
            PrivateLine[] lines = [.. Enumerable.Range(0, Crew.MaxThreads).Select(static _ => new PrivateLine())];
            all.Add(contest.Add("TokenBucket", _ => new TokenBucketOperation(ours), threads));
            all.Add(contest.Add("interlocked decrement (floor)", i => new DecrementFloor(lines[i]), threads));
            all.Add(contest.Add("TokenBucketRateLimiter", _ => new TokenBucketPeer(platform), threads));
            all.Add(contest.Add("GCRA on one word", _ => new GcraPeer(word), threads));
        }

        WarmUp.Run(crew, all);
        contest.Run(crew, budget with { Rounds = (budget.Rounds / 2) + 1 });
        return [.. all.GroupBy(static c => c.Name).Select(static g => new Series(g.Key, [.. g.Select(static c => ((double)c.Threads, c.MedianNs))]))];
    }
}
