using System.Threading.RateLimiting;
using RateSync.Fast.Bench.Floors;
using RateSync.Fast.Bench.Measure;
using RateSync.Fast.Bench.Operations;
using RateSync.Fast.Bench.Peers;

namespace RateSync.Fast.Bench.Rows;

/// <summary>The token bucket refusing: when the next permit is near, and under a flood when it is far.</summary>
internal sealed class RefusedRows : RowGroup
{
    // The next permit is never more than a millisecond away: every refusal has to look at the precise clock.
    private const double NearRate = 1_000;

    // The next permit is a quarter of an hour away.
    private const double FarRate = 0.001;

    private readonly Contest _contest = new();
    private readonly Dictionary<int, Field> _fields = [];

    public RefusedRows()
    {
        foreach (int threads in (int[])[1, 2])
        {
            TokenBucket near = new(NearRate, 1);
            TokenBucket far = new(FarRate, 1);
            far.TryAcquire();
            GcraWord word = new(FarRate, 1);
            word.TryAcquire();
            TokenBucketRateLimiter platform = PeerLimits.EmptyTokenBucket();
            PrivateLine line = new();
            _fields[threads] = new Field(
                _contest.Add("clock read", _ => new ClockFloor(line), threads, Expect.Refused),
                _contest.Add("near", _ => new RefusalOperation(near), threads, Expect.Refused),
                _contest.Add("far", _ => new FloodOperation(far), threads, Expect.Refused),
                _contest.Add("TokenBucketRateLimiter", _ => new TokenBucketPeer(platform), threads, Expect.Refused),
                _contest.Add("GCRA on one word", _ => new GcraPeer(word), threads, Expect.Refused));
        }
    }

    public override string Id => "P4";

    public override IReadOnlyList<Contest> Contests => [_contest];

    public override IEnumerable<Row> Measure(Crew crew, Budget budget)
    {
        _contest.Run(crew, budget);
        Field one = _fields[1];
        Field two = _fields[2];
        yield return RowOf("refused, next permit within 1 ms", one.Near, one.Floor, 1.2, (one.Platform, null), (one.Word, null));

        // Twice the rate is the most that two threads can have; as with grants, 1.9 times is taken for twice.
        yield return RowOf("refused, next permit within 1 ms", two.Near, two.Floor, 1.2, (two.Platform, null), (one.Near.Named("itself on 1 thread"), 1.9), (two.Word, null));
        yield return RowOf("flood of refusals", one.Far, one.Floor, 0.3, (one.Platform, null), (one.Word, null)) with { Id = "G10" };
        yield return RowOf("flood of refusals", two.Far, two.Floor, 0.3, (two.Platform, null), (one.Far.Named("itself on 1 thread"), 1.9), (two.Word, null)) with { Id = "G10" };
    }

    private sealed record Field(Contender Floor, Contender Near, Contender Far, Contender Platform, Contender Word);
}
