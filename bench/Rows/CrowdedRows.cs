using System.Threading.RateLimiting;
using RateSync.Fast.Bench.Floors;
using RateSync.Fast.Bench.Measure;
using RateSync.Fast.Bench.Operations;
using RateSync.Fast.Bench.Peers;

namespace RateSync.Fast.Bench.Rows;

/// <summary>Sixteen threads on however many cores there are: rate, and how long the slowest calls take.</summary>
internal sealed class CrowdedRows : RowGroup
{
    private const int Threads = Crew.MaxThreads;

    private readonly Contest _rates = new();
    private readonly Contest _latencies = new();
    private readonly Contender _one;
    private readonly Contender _ours;
    private readonly Contender _platform;
    private readonly Contender _word;
    private readonly Contender _timedNothing;
    private readonly Contender _timedOurs;
    private readonly Contender _timedPlatform;
    private readonly Contender _timedWord;

    public CrowdedRows()
    {
        TokenBucket bucket = new(PeerLimits.Rate, PeerLimits.Burst);
        TokenBucketRateLimiter platform = PeerLimits.FullTokenBucket();
        GcraWord word = new(PeerLimits.Rate, PeerLimits.Burst);
        _one = _rates.Add("itself on 1 thread", _ => new TokenBucketOperation(bucket));
        _ours = _rates.Add("ours", _ => new TokenBucketOperation(bucket), Threads);
        _platform = _rates.Add("TokenBucketRateLimiter", _ => new TokenBucketPeer(platform), Threads);
        _word = _rates.Add("GCRA on one word", _ => new GcraPeer(word), Threads);
        _timedNothing = AddTimed("nothing", _ => new NothingFloor(true));
        _timedOurs = AddTimed("ours", _ => new TokenBucketOperation(bucket));
        _timedPlatform = AddTimed(_platform.Name, _ => new TokenBucketPeer(platform));
        _timedWord = AddTimed(_word.Name, _ => new GcraPeer(word));
    }

    public override string Id => "P3";

    public override IReadOnlyList<Contest> Contests => [_rates, _latencies];

    /// <summary>All that was timed in the last measurement, for the plot of the tail.</summary>
    public IReadOnlyDictionary<string, Histogram> Latencies { get; private set; } = new Dictionary<string, Histogram>();

    public override IEnumerable<Row> Measure(Crew crew, Budget budget)
    {
        Budget fewer = budget with { Rounds = (budget.Rounds / 2) + 1 };
        _rates.Run(crew, fewer);
        yield return RowOf("rate, 16 threads", _ours, null, null, (_platform, 18), (_one, 1.9), (_word, null));

        TakeHistograms();
        _latencies.Run(crew, fewer);
        Dictionary<Contender, Histogram> taken = TakeHistograms();
        Latencies = taken.ToDictionary(static t => t.Key.Name, static t => t.Value);
        yield return Latency("p99.9 of single calls, 16 threads", taken, 0.999, null);
        yield return Latency("p99.99 of single calls, 16 threads", taken, 0.9999, 10);
    }

    private Contender AddTimed<TOperation>(string name, Func<int, TOperation> perThread)
        where TOperation : struct, IOperation => _latencies.Add(new Contender(name, new LatencyLoop<TOperation>(perThread), Threads));

    private Dictionary<Contender, Histogram> TakeHistograms() =>
        _latencies.Contenders.ToDictionary(static c => c, static c => ((ILatencySource)c.Workload).TakeHistogram());

    private Row Latency(string name, Dictionary<Contender, Histogram> taken, double part, double? goal)
    {
        double ours = taken[_timedOurs].PercentileNs(part);
        double floor = taken[_timedNothing].PercentileNs(part);
        RowPeer Peer(Contender contender, double? least)
        {
            double figure = taken[contender].PercentileNs(part);
            return new RowPeer(contender.Name, figure, figure / ours, null, least is { } bound ? Bound.AtLeast(bound) : null);
        }

        return new Row
        {
            Id = Id,
            Name = name,
            Threads = Threads,
            Ours = ours,
            Floor = floor,
            FloorRatio = ours / floor,
            Peers = [Peer(_timedPlatform, goal), Peer(_timedWord, null)],
            Note = goal is null ? null : "the clock is read before and after every 16th call; the floor is that with nothing in between",
        };
    }
}
