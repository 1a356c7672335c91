using System.Collections.Concurrent;
using System.Globalization;
using RateSync.Fast.Bench.Floors;
using RateSync.Fast.Bench.Measure;
using RateSync.Fast.Bench.Operations;
using RateSync.Fast.Bench.Peers;

namespace RateSync.Fast.Bench.Rows;

/// <summary>
/// Limiters by name: what finding one costs, and how long the first call of a process takes, in which the file is found, read and parsed.
/// </summary>
internal sealed class NamedRows : RowGroup
{
    private const int Starts = 7;
    private const double MostMilliseconds = 60;

    // Exact, so that one message more on that way is seen; what the time is made of.
    private const double MostMethods = 420;

    private readonly Contest _contest = new();
    private readonly Dictionary<int, (Contender ByName, Contender Floor)> _fields = [];

    public NamedRows()
    {
        foreach (int threads in (int[])[1, 2])
        {
            LimiterRegistry registry = new(new LimiterRegistryOptions { AutoLoad = false });
            ConcurrentDictionary<string, TokenBucket> buckets = new(StringComparer.Ordinal);
            foreach (string name in (string[])["api", "login", "payments", "search", "uploads"])
            {
                registry.ConfigureLimiter(name, new LimiterOptions { RatePerSecond = PeerLimits.Rate, Burst = PeerLimits.Burst });
                buckets[name] = new TokenBucket(PeerLimits.Rate, PeerLimits.Burst);
            }

            _fields[threads] = (
                _contest.Add("by name", _ => new ByNameOperation(registry, "payments"), threads),
                _contest.Add("look-up and take", _ => new LookUpAndTakeFloor(buckets, "payments"), threads));
        }
    }

    public override string Id => "P14";

    public override IReadOnlyList<Contest> Contests => [_contest];

    public override IEnumerable<Row> Measure(Crew crew, Budget budget)
    {
        _contest.Run(crew, budget);
        foreach ((Contender byName, Contender floor) in _fields.Values)
        {
            yield return RowOf("granted by name", byName, floor, 1) with
            {
                Note = "floor: a look into a ConcurrentDictionary and TokenBucket.TryAcquire",
            };
        }

        if (!budget.Short)
        {
            FirstUse[] uses = [.. Enumerable.Range(0, Starts).Select(static _ => FirstUse.Parse(SelfRun.Output([StartMode.Name])))];
            double[] starts = [.. uses.Select(static use => use.Nanoseconds)];
            yield return new Row
            {
                Id = Id,
                Name = "first use in a process, file and all",
                Ours = Statistics.Median(starts),
                OwnGoal = Bound.AtMost(MostMilliseconds * 1e6),
                Note = $"of {Starts} processes the fastest {Quantity.Time(starts.Min())}, the slowest {Quantity.Time(starts.Max())}",
            };
            yield return new Row
            {
                Id = Id,
                Name = "methods compiled for the first use",
                Unit = Unit.Count,
                Ours = uses.Max(static use => use.Methods),
                OwnGoal = Bound.AtMost(MostMethods),
                Note = string.Create(CultureInfo.InvariantCulture, $"{uses[0].IntermediateBytes:N0} bytes before they are compiled"),
            };
        }
    }
}
