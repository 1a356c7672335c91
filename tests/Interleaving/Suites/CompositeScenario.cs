using RateSync.Fast.Algorithms;
using RateSync.Fast.Engine;
using RateSync.Fast.State;
using RateSync.Fast.Tests.Interleaving.Explorer;
using RateSync.Fast.Time;

namespace RateSync.Fast.Tests.Interleaving.Suites;

/// <summary>A token bucket and a semaphore as one limit, on a clock that stands still.</summary>
/// <remarks>
/// The steps are those of the parts. What the composite has of its own decides nothing: a guess whom to ask first, and pooled records.
/// </remarks>
#pragma warning disable CA1001 // Limiters that nobody waits for hold memory only, and a scenario is made for each of thousands of executions.
internal sealed class CompositeScenario
#pragma warning restore CA1001
{
    private readonly Bucket _bucket;
    private readonly Gate _gate;
    private readonly CompositeEngine<ModelAtomics> _engine;
    private readonly int[] _granted = new int[4];
    private readonly int[] _slotsBack = new int[4];
    private readonly long _burst;
    private readonly long _slots;

    public CompositeScenario(long burst, long slots)
    {
        EraState.Reset();
        _burst = burst;
        _slots = slots;
        Clock clock = new(new ModelClock(frozen: true));
        _bucket = new Bucket(burst, clock);
        _gate = new Gate(slots, clock);
        _engine = new CompositeEngine<ModelAtomics>(_bucket, [_bucket, _gate], new CompositeLimiterOptions(), clock);
    }

    public int Granted => _granted.Sum();

    /// <summary>Takes from both, or from none, and keeps it.</summary>
    public void Take(int permits = 1) => Count(_engine.TryTake(permits), permits);

    /// <summary>Takes from both as a permit and gives its slot back.</summary>
    public void TakeAndDispose()
    {
        if (_engine.TryTake(1, out Permit permit))
        {
            Count(true, 1);
            permit.Dispose();
            Count(true, 0, slotBack: true);
        }
    }

    /// <summary>Somebody else takes a token past the composite.</summary>
    public void TakeToken() => Count(_bucket.TryAcquire(), 1, slotBack: true);

    /// <summary>When all is quiet: each part has exactly what was not granted.</summary>
    public void Check()
    {
        Assert.Equal(_burst - Granted, _bucket.Tokens.Peek(1, out _).Remaining);
        Assert.Equal(_slots - Granted + _slotsBack.Sum(), _gate.Slots.CountFree());
    }

    private void Count(bool granted, int permits, bool slotBack = false)
    {
        // A counter of each thread's own, added up when all is quiet.
        int thread = VirtualThread.Current?.Index ?? _granted.Length - 1;
        _granted[thread] += granted ? permits : 0;
        _slotsBack[thread] += granted && slotBack ? 1 : 0;
    }

    private sealed class Bucket : Limiter
    {
        public Bucket(long burst, Clock clock)
            : base("bucket")
        {
            Tokens = new(new(RateScale.Create(1, burst, clock.Frequency), ChunkPlan.None, clock, clock.Now(), burst, null), clock);
            Use(new RateEngine<GcraReservoir<ModelAtomics>, ModelAtomics>(this, Tokens));
        }

        public ShardedReservoir<GcraReservoir<ModelAtomics>, ModelAtomics> Tokens { get; }

        public override bool TryAcquire() => Tokens.TryTake(0);
    }

    private sealed class Gate : Limiter
    {
        public Gate(long slots, Clock clock)
            : base("gate")
        {
            Slots = new TicketGate<ModelAtomics>(slots, 0, long.MaxValue);
            Use(new TicketEngine<ModelAtomics>(this, Slots, clock));
        }

        public TicketGate<ModelAtomics> Slots { get; }

        public override bool TryAcquire() => Slots.TryEnter(0);
    }
}
