using System.Threading.RateLimiting;
using RateSync.Fast.Bench.Floors;
using RateSync.Fast.Bench.Measure;
using RateSync.Fast.Bench.Operations;
using RateSync.Fast.Bench.Peers;

namespace RateSync.Fast.Bench.Rows;

/// <summary>Windows granting: on one word, and with a limit large enough to be split over threads.</summary>
internal sealed class WindowRows : RowGroup
{
    private const int ExactLimit = 65_536;

    private readonly Contest _contest = new();
    private readonly Dictionary<int, Field> _fields = [];

    public WindowRows()
    {
        TimeSpan second = TimeSpan.FromSeconds(1);
        foreach (int threads in (int[])[1, 2])
        {
            // The limits are never reached: two thousand million a second, and 65 million a second where grants are kept one by one.
            FixedWindow fixedWord = new(int.MaxValue, second, new FixedWindowOptions { Sharding = Sharding.None });
            FixedWindow fixedSplit = new(int.MaxValue, second);
            SlidingWindow slidingExact = new(ExactLimit, TimeSpan.FromMilliseconds(1));
            SlidingWindowOptions parts = new() { Precision = SlidingWindowPrecision.SubWindows };
            SlidingWindow slidingWord = new(int.MaxValue, second, parts with { Sharding = Sharding.None });
            SlidingWindow slidingSplit = new(int.MaxValue, second, parts);
            FixedWindowRateLimiter platformFixed = PeerLimits.FixedWindow();
            SlidingWindowRateLimiter platformSliding = PeerLimits.SlidingWindow();
            PrivateLine shared = new();
            _fields[threads] = new Field(
                _contest.Add("clock read and exchange", _ => new ClockAndExchangeFloor(shared), threads, Expect.Mixed),
                _contest.Add("fixed, one word", _ => new FixedWindowOperation(fixedWord), threads),
                _contest.Add("fixed, split", _ => new FixedWindowOperation(fixedSplit), threads),
                _contest.Add("sliding, exact", _ => new SlidingWindowOperation(slidingExact), threads),
                _contest.Add("sliding, one word", _ => new SubWindowsOperation(slidingWord), threads),
                _contest.Add("sliding, split", _ => new SubWindowsOperation(slidingSplit), threads),
                _contest.Add("FixedWindowRateLimiter", _ => new FixedWindowPeer(platformFixed), threads),
                _contest.Add("SlidingWindowRateLimiter", _ => new SlidingWindowPeer(platformSliding), threads));
        }
    }

    public override string Id => "P10";

    public override IReadOnlyList<Contest> Contests => [_contest];

    public override IEnumerable<Row> Measure(Crew crew, Budget budget)
    {
        _contest.Run(crew, budget);
        foreach ((int threads, double word, double split) in ((int, double, double)[])[(1, 1, 1), (2, 1.5, 3)])
        {
            Field field = _fields[threads];
            yield return RowOf("FixedWindow, one word", field.FixedWord, field.Floor, null, (field.PlatformFixed, word));
            yield return RowOf("FixedWindow, split", field.FixedSplit, field.Floor, null, (field.PlatformFixed, split));
            yield return RowOf("SlidingWindow, exact", field.SlidingExact, field.Floor, null, (field.PlatformSliding, word));
            yield return RowOf("SlidingWindow, 10 parts, one word", field.SlidingWord, field.Floor, null, (field.PlatformSliding, word));
            yield return RowOf("SlidingWindow, 10 parts, split", field.SlidingSplit, field.Floor, null, (field.PlatformSliding, split));
        }
    }

    private sealed record Field(
        Contender Floor,
        Contender FixedWord,
        Contender FixedSplit,
        Contender SlidingExact,
        Contender SlidingWord,
        Contender SlidingSplit,
        Contender PlatformFixed,
        Contender PlatformSliding);
}
