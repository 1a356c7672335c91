using System.Threading.Channels;
using System.Threading.RateLimiting;
using RateSync.Fast.Bench.Floors;
using RateSync.Fast.Bench.Measure;
using RateSync.Fast.Bench.Operations;
using RateSync.Fast.Bench.Peers;

namespace RateSync.Fast.Bench.Rows;

/// <summary>A free slot taken and given back.</summary>
internal sealed class SemaphoreRows : RowGroup
{
    private const int Slots = 50;
    private const int FewSlots = 8;

    private readonly Contest _contest = new();
    private readonly Dictionary<int, Field> _fields = [];

    public SemaphoreRows()
    {
        foreach (int threads in (int[])[1, 2])
        {
            TicketSemaphore gate = new(Slots);
            TicketSemaphore permits = new(Slots);
            TicketSemaphore few = new(FewSlots);
            SemaphoreSlim slim = new(Slots, Slots);
            ConcurrencyLimiter platform = PeerLimits.Concurrency(Slots);
            Channel<byte> channel = Channel.CreateBounded<byte>(Slots);
            PrivateLine[] two = [.. Enumerable.Range(0, Crew.MaxThreads).Select(static _ => new PrivateLine())];
            PrivateLine[] three = [.. Enumerable.Range(0, Crew.MaxThreads).Select(static _ => new PrivateLine())];
            _fields[threads] = new Field(
                _contest.Add("two interlocked", i => new TwoInterlockedFloor(two[i]), threads),
                _contest.Add("three interlocked", i => new ThreeInterlockedFloor(three[i]), threads),
                _contest.Add("raw", _ => new EnterExitOperation(gate), threads),
                _contest.Add("few", _ => new EnterExitOperation(few), threads),
                _contest.Add("permit", _ => new PermitOperation(permits), threads),
                _contest.Add("ConcurrencyLimiter", _ => new ConcurrencyPeer(platform), threads),
                _contest.Add("SemaphoreSlim", _ => new SemaphoreSlimPeer(slim), threads),
                _contest.Add("bounded channel", _ => new ChannelPeer(channel.Writer, channel.Reader), threads));
        }
    }

    public override string Id => "P5";

    public override IReadOnlyList<Contest> Contests => [_contest];

    public override IEnumerable<Row> Measure(Crew crew, Budget budget)
    {
        _contest.Run(crew, budget);
        foreach ((int threads, double platform) in ((int, double)[])[(1, 5), (2, 15)])
        {
            Field field = _fields[threads];
            yield return RowOf("TryEnter, Exit, 50 slots", field.Raw, field.Two, 1.6, (field.Platform, platform), (field.Slim, 2.8), (field.Channel, null));
            yield return RowOf("the same as a Permit", field.Permit, field.Three, null, (field.Platform, null), (field.Slim, null), (field.Channel, null));
            yield return RowOf("TryEnter, Exit, 8 slots (one word)", field.Few, field.Two, null, (field.Platform, null), (field.Slim, null));
        }
    }

    private sealed record Field(
        Contender Two, Contender Three, Contender Raw, Contender Few, Contender Permit, Contender Platform, Contender Slim, Contender Channel);
}
