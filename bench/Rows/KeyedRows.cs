using System.Collections.Concurrent;
using System.Threading.RateLimiting;
using RateSync.Fast.Bench.Floors;
using RateSync.Fast.Bench.Keys;
using RateSync.Fast.Bench.Measure;
using RateSync.Fast.Bench.Operations;
using RateSync.Fast.Bench.Peers;

namespace RateSync.Fast.Bench.Rows;

/// <summary>One limit per key with a thousand keys, which fit into the caches.</summary>
internal sealed class KeyedRows : RowGroup
{
    private const int Keys = 1_024;

    private readonly Contest _contest = new();
    private readonly Dictionary<int, Field> _fields = [];

    public KeyedRows()
    {
        string[] keys = KeySet.Addresses(Keys);
        foreach (int threads in (int[])[1, 2])
        {
            KeyedLimiter small = KeyedLimits.Fast(Keys, KeyedLimits.SmallBurst);
            KeyedLimiter large = KeyedLimits.Fast(Keys, KeyedLimits.LargeBurst);
            PartitionedRateLimiter<string> platform = PeerLimits.Partitioned();
            ConcurrentDictionary<string, GcraWord> words = new();
            ProbeTable probe = new(Keys);
            _fields[threads] = new Field(
                _contest.Add("lookup and exchange", _ => new ProbeOperation(probe, keys), threads, Expect.Mixed),
                _contest.Add("small burst", _ => new KeyedOperation(small, keys), threads),
                _contest.Add("large burst", _ => new KeyedOperation(large, keys), threads),
                _contest.Add("PartitionedRateLimiter", _ => new PartitionedPeer(platform, keys), threads),
                _contest.Add("dictionary of GCRA", _ => new DictionaryPeer(words, keys), threads));
        }
    }

    public override string Id => "P8";

    public override IReadOnlyList<Contest> Contests => [_contest];

    public override IEnumerable<Row> Measure(Crew crew, Budget budget)
    {
        _contest.Run(crew, budget);
        foreach ((int threads, double goal) in ((int, double)[])[(1, 2.5), (2, 5)])
        {
            Field field = _fields[threads];
            yield return RowOf("1,024 keys, burst 50", field.Small, field.Floor, null, (field.Platform, goal), (field.Words, null));
            yield return RowOf("1,024 keys, burst 1,000,000", field.Large, field.Floor, null, (field.Platform, goal), (field.Words, null));
        }
    }

    private sealed record Field(Contender Floor, Contender Small, Contender Large, Contender Platform, Contender Words);
}
