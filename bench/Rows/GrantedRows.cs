using System.Threading.RateLimiting;
using RateSync.Fast.Bench.Floors;
using RateSync.Fast.Bench.Measure;
using RateSync.Fast.Bench.Operations;
using RateSync.Fast.Bench.Peers;

namespace RateSync.Fast.Bench.Rows;

/// <summary>The token bucket granting on one and on two threads, and what each costs on the way that threads without a lane go.</summary>
internal sealed class GrantedRows : RowGroup
{
    private readonly Contest _contest = new();
    private readonly Contest _saturation = new();
    private readonly Dictionary<int, Field> _fields = [];

    public GrantedRows()
    {
        foreach (int threads in (int[])[1, 2])
        {
            TokenBucket bucket = new(PeerLimits.Rate, PeerLimits.Burst);
            TokenBucket sharded = new(PeerLimits.Rate, PeerLimits.Burst);
            TokenBucketRateLimiter platform = PeerLimits.FullTokenBucket();
            GcraWord word = new(PeerLimits.Rate, PeerLimits.Burst);
            TokenBucket busy = new(1_000_000, 10_000);
            TokenBucketRateLimiter busyPlatform = PeerLimits.SaturatedTokenBucket();
            GcraWord busyWord = new(1_000_000, 10_000);
            PrivateLine[] lines = [.. Enumerable.Range(0, Crew.MaxThreads).Select(static _ => new PrivateLine())];
            _fields[threads] = new Field(
                _contest.Add("interlocked decrement", i => new DecrementFloor(lines[i]), threads),
                _contest.Add("lane", _ => new TokenBucketOperation(bucket), threads),
                _contest.Add("shard", _ => new ShardOperation(sharded), threads),
                _contest.Add("TokenBucketRateLimiter", _ => new TokenBucketPeer(platform), threads),
                _contest.Add("GCRA on one word", _ => new GcraPeer(word), threads),
                _saturation.Add("saturated", _ => new SaturatedOperation(busy), threads, Expect.Mixed),
                _saturation.Add("TokenBucketRateLimiter", _ => new TokenBucketPeer(busyPlatform), threads, Expect.Mixed),
                _saturation.Add("GCRA on one word", _ => new GcraPeer(busyWord), threads, Expect.Mixed));
        }
    }

    public override string Id => "P1";

    public override IReadOnlyList<Contest> Contests => [_contest, _saturation];

    public override IEnumerable<Row> Measure(Crew crew, Budget budget)
    {
        _contest.Run(crew, budget);
        _saturation.Run(crew, budget with { Rounds = (budget.Rounds / 2) + 1 });
        Field one = _fields[1];
        Field two = _fields[2];

        yield return RowOf("granted", one.Lane, one.Floor, 1.3, (one.Platform, 4.5), (one.Word, null));
        yield return RowOf("by a thread without a lane", one.Shard, one.Floor, null, (one.Platform, null), (one.Word, null));
        yield return Saturated(one);
        yield return RowOf("granted", one.Lane, one.Floor, 0.7, (one.Platform, 10), (one.Word, null)) with { Id = "P1b" };
        yield return RowOf("granted", two.Lane, two.Floor, 0.7, (two.Platform, 30), (one.Lane.Named("itself on 1 thread"), 1.9), (two.Word, null)) with { Id = "P1b" };
        yield return RowOf("granted", two.Lane, two.Floor, null, (two.Platform, 18), (one.Lane.Named("itself on 1 thread"), 1.9)) with { Id = "P2" };
        yield return RowOf("by threads without lanes", two.Shard, two.Floor, null, (two.Platform, null), (one.Shard.Named("itself on 1 thread"), null), (two.Word, null)) with { Id = "P2" };
        yield return Saturated(two) with { Id = "P2" };
    }

    private Row Saturated(Field field) => RowOf("saturated: 1 M/s asked for more", field.Saturated, null, null, (field.BusyPlatform, null), (field.BusyWord, null)) with
    {
        Note = $"granted a second: ours {Rate(field.Saturated)}, TokenBucketRateLimiter {Rate(field.BusyPlatform)}, GCRA on one word {Rate(field.BusyWord)}",
    };

    private static string Rate(Contender contender) => Quantity.Rate(contender.GrantedPerSecond);

    private sealed record Field(
        Contender Floor,
        Contender Lane,
        Contender Shard,
        Contender Platform,
        Contender Word,
        Contender Saturated,
        Contender BusyPlatform,
        Contender BusyWord);
}
