using System.Diagnostics;
using System.Threading.RateLimiting;
using RateSync.Fast.Bench.Floors;
using RateSync.Fast.Bench.Keys;
using RateSync.Fast.Bench.Measure;
using RateSync.Fast.Bench.Operations;
using RateSync.Fast.Bench.Peers;

namespace RateSync.Fast.Bench.Rows;

/// <summary>One limit per key with a million keys: finding a key, meeting it for the first time, and what it weighs.</summary>
/// <remarks>
/// The platform's limiter visits every key ten times a second, which slows down whoever else is measured; so ours and the floor are
/// measured before it is made and again after it is gone, and it is measured in between.
/// </remarks>
internal sealed class ManyKeysRows : RowGroup
{
    private const int Keys = 1_000_000;
    private const string Peer = "PartitionedRateLimiter";

    public override string Id => "P9";

    public override IEnumerable<Row> Measure(Crew crew, Budget budget)
    {
        string[] keys = KeySet.Addresses(Keys);
        Contest contest = new();
        long empty = HeapGrowth.Settle();
        KeyedLimiter limiter = KeyedLimits.Slow(Keys);
        double firstSight = FirstSight(crew, limiter, keys);
        long heap = HeapGrowth.Settle() - empty;
        long table = limiter.MemoryBytes;
        yield return Memory("memory per key, the table's own account", (double)table / Keys, null);
        if (budget.Short)
        {
            yield break;
        }

        ProbeTable probe = new(Keys);
        Contender floor = contest.Add("one miss and exchange", _ => new ProbeOperation(probe, keys), 1, Expect.Mixed);
        Contender ours = contest.Add("ours", _ => new KeyedOperation(limiter, keys));
        WarmUp.Run(crew, contest.Contenders);
        List<double> sights = [firstSight];
        Budget half = budget with { Rounds = (budget.Rounds / 2) + 1, Slice = budget.Slice * 2 };
        contest.Run(crew, half);

        long before = HeapGrowth.Settle();
        PartitionedRateLimiter<string> platform = PeerLimits.Partitioned();
        double peerSight = FirstSight(crew, platform, keys);
        double peerHeap = (double)(HeapGrowth.Settle() - before) / Keys;
        Contest peers = new();
        Contender peer = peers.Add(Peer, _ => new PartitionedPeer(platform, keys));
        WarmUp.Run(crew, peers.Contenders);
        peers.Run(crew, half);
        platform.Dispose();
        peers = new Contest();
        HeapGrowth.Settle();

        contest.Continue(crew, half);
        for (int i = 0; i < 2; i++)
        {
            sights.Add(FirstSight(crew, KeyedLimits.Slow(Keys), keys));
        }

        double sight = Statistics.Median(sights);
        yield return RowOf("a hit", ours, floor, null) with { Peers = [new RowPeer(Peer, peer.MedianNs, peer.MedianNs / ours.MedianNs, peer.MedianBytes, Bound.AtLeast(2))] };
        yield return new Row
        {
            Id = Id,
            Name = "a first sight, growing from empty",
            Ours = sight,
            Peers = [new RowPeer(Peer, peerSight, peerSight / sight, null, Bound.AtLeast(10))],
        };
        yield return Memory("memory per key, by the heap's growth", (double)heap / Keys, peerHeap);
    }

    private static double FirstSight(Crew crew, KeyedLimiter limiter, string[] keys)
    {
        double ns = 0;
        crew.RunAlone(() =>
        {
            long start = Stopwatch.GetTimestamp();
            foreach (string key in keys)
            {
                limiter.TryAcquire(key);
            }

            ns = Stopwatch.GetElapsedTime(start).TotalNanoseconds / keys.Length;
        });
        return ns;
    }

    private static double FirstSight(Crew crew, PartitionedRateLimiter<string> limiter, string[] keys)
    {
        double ns = 0;
        crew.RunAlone(() =>
        {
            long start = Stopwatch.GetTimestamp();
            foreach (string key in keys)
            {
                limiter.AttemptAcquire(key).Dispose();
            }

            ns = Stopwatch.GetElapsedTime(start).TotalNanoseconds / keys.Length;
        });
        return ns;
    }

    private Row Memory(string name, double ours, double? peer) => new()
    {
        Id = Id,
        Name = name,
        Unit = Unit.Bytes,
        Ours = ours,
        OwnGoal = Bound.AtMost(32),
        Peers = peer is { } bytes ? [new RowPeer(Peer, bytes, bytes / ours)] : [],
    };
}
