using RateSync.Fast.Algorithms;
using RateSync.Fast.State;
using RateSync.Fast.Tests.Interleaving.Explorer;
using RateSync.Fast.Time;

namespace RateSync.Fast.Tests.Interleaving.Suites;

/// <summary>A token bucket with a line of waiters, whose timer is part of the scenario.</summary>
internal sealed class LineScenario
{
    /// <summary>Nanoseconds in which one permit comes back.</summary>
    public const long Interval = 1_000_000;

    private const uint Slots = 3;

    private readonly long _burst;
    private readonly long _start;
    private readonly List<Waiter> _waiters = [];
    private readonly long[] _taken = new long[4];
    private readonly ModelWakeUp _wakeUp = new();
    private long _granted;
    private long _lastGranted = -1;

    /// <summary>Makes the limiter.</summary>
    /// <param name="burst">Burst.</param>
    /// <param name="left">How many permits are there when the threads begin.</param>
    /// <param name="frozen">Whether the clock stands still while the threads run.</param>
    /// <param name="chunk">Permits in the lane of slot 0; 0 for no lanes.</param>
    /// <param name="queueLimit">Most waiters at a time.</param>
    public LineScenario(long burst, long left, bool frozen = true, long chunk = 0, long queueLimit = long.MaxValue)
    {
        EraState.Reset();
        _burst = burst;
        Time = new ModelClock(frozen);
        _start = Time.Now;
        Clock clock = new(Time);
        ChunkPlan plan = chunk == 0 ? ChunkPlan.None : new ChunkPlan(chunk, 1, LowWater: 0);
        GcraReservoir<ModelAtomics> reservoir = new(
            RateScale.Create(1e9 / Interval, burst, clock.Frequency), plan, clock, clock.Now(), burst, null);
        Limiter = new ShardedReservoir<GcraReservoir<ModelAtomics>, ModelAtomics>(reservoir, clock, queueLimit);
        Limiter.UseLine(new WaitLine<ModelAtomics>(cellsPerSegment: 2, retireBatch: 0), _wakeUp);
        if (chunk != 0)
        {
            Limiter.MakeCells(1, shards: 1);
            Limiter.Reservoir.LastGrant = clock.Now();
        }

        for (long i = left; i < burst; i++)
        {
            Take(0);
        }

        Assert.Equal(burst - left, _taken.Sum());
    }

    public ModelClock Time { get; }

    public ShardedReservoir<GcraReservoir<ModelAtomics>, ModelAtomics> Limiter { get; }

    /// <summary>A waiter who is not in line yet. Before the threads begin.</summary>
    public Waiter NewWaiter(long permits = 1)
    {
        Waiter? waiter = null;
        waiter = new Waiter(count =>
        {
            // One server at a time, from the front to the back.
            Assert.True(waiter!.Index > _lastGranted);
            _lastGranted = waiter.Index;
            _granted += count;
        })
        {
            Permits = permits,
        };
        _waiters.Add(waiter);
        return waiter;
    }

    /// <summary>A waiter who sits in line when the threads begin.</summary>
    public Waiter Seated(long permits = 1)
    {
        Waiter waiter = NewWaiter(permits);
        Assert.True(Join(waiter));
        Assert.True(waiter.IsWaiting);
        return waiter;
    }

    public bool Join(Waiter waiter)
    {
        waiter.State = WaitState.NextUse(waiter.State, 1);
        waiter.Joined = true;
        return waiter.Joined = Limiter.Join(waiter);
    }

    public bool Leave(Waiter waiter) => Limiter.Leave(waiter, LeaveReason.Cancelled);

    public void Take(uint slot)
    {
        if (Limiter.TryTake(slot))
        {
            _taken[VirtualThread.Current?.Index ?? 3]++;
        }
    }

    /// <summary>Time passes, and the timer goes off if it is set for then.</summary>
    public void Pass(long nanoseconds)
    {
        Time.Advance(nanoseconds);
        if (_wakeUp.GoesOff(Time.Now))
        {
            Limiter.ServeLine();
        }
    }

    /// <summary>
    /// When all is quiet: either nobody waits, or the timer goes off no later than the head is due; served so, everybody is granted in
    /// turn; and what was granted and is still to be had is what there was and what came back.
    /// </summary>
    /// <param name="refunded">Permits that came back otherwise.</param>
    public void Check(long refunded = 0)
    {
        while (ShouldBeLookedAfter() is { } head)
        {
            Pass(Math.Max(0, _wakeUp.Wanted!.Value - Time.Now));
            Assert.False(head.IsWaiting);
        }

        for (uint slot = 0; slot < Slots; slot++)
        {
            long before;
            do
            {
                before = _taken.Sum();
                Take(slot);
            }
            while (_taken.Sum() > before);
        }

        long came = _burst + refunded + ((Time.Now - _start) / Interval);
        Assert.Equal(came, _granted + _taken.Sum());
    }

    private Waiter? ShouldBeLookedAfter()
    {
        Assert.All(_waiters, waiter => Assert.InRange(waiter.Grants + waiter.Departures, 0, 1));
        List<Waiter> waiting = [.. _waiters.Where(waiter => waiter.IsWaiting).OrderBy(waiter => waiter.Index)];
        Assert.Equal(waiting.Count, Limiter.Waiting);
        Assert.Equal(waiting.Sum(waiter => waiter.Permits), Limiter.QueuedPermits);
        Outcome view = Limiter.Reservoir.Look(Time.Now);
        Assert.Equal(waiting.Count > 0, view.HeldByLine);
        if (waiting.Count == 0)
        {
            Assert.Null(_wakeUp.Wanted);
            return null;
        }

        Description need = Limiter.Reservoir.Describe(Time.Now, view, waiting[0].Permits, below: 0);
        Assert.NotNull(_wakeUp.Wanted);
        Assert.InRange(_wakeUp.Wanted.Value, 0, Time.Now + need.RetryTicks);
        return waiting[0];
    }
}
