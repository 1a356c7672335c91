using RateSync.Fast.Bench.Floors;
using RateSync.Fast.Bench.Measure;
using RateSync.Fast.Bench.Operations;
using RateSync.Fast.Bench.Peers;

namespace RateSync.Fast.Bench.Rows;

/// <summary>
/// What counting costs. The library always counts, so it is held against the same limiter written without: the same lane, the
/// same reservoir, the same steps in the same order, and nothing that only a figure needs.
/// </summary>
internal sealed class MetricsRows : RowGroup
{
    private readonly Contest _contest = new();
    private readonly Dictionary<int, (Contender Counted, Contender Uncounted)> _fields = [];

    public MetricsRows()
    {
        foreach (int threads in (int[])[1, 2])
        {
            TokenBucket counted = new(PeerLimits.Rate, PeerLimits.Burst);
            UncountedBucket uncounted = new(PeerLimits.Rate, PeerLimits.Burst);
            _fields[threads] = (
                _contest.Add("counted", _ => new TokenBucketOperation(counted), threads),
                _contest.Add("uncounted", _ => new UncountedOperation(uncounted), threads));
        }
    }

    public override string Id => "P13";

    public override IReadOnlyList<Contest> Contests => [_contest];

    public override IEnumerable<Row> Measure(Crew crew, Budget budget)
    {
        // Two contenders only, and a difference of a few percent to be told: more rounds.
        _contest.Run(crew, budget with { Rounds = budget.Rounds * 3 });
        foreach ((Contender counted, Contender uncounted) in _fields.Values)
        {
            yield return RowOf("TryAcquire, counted as always", counted, uncounted, 1.03) with
            {
                Note = "floor: the same limiter without anything that only a figure needs",
            };
        }
    }
}
