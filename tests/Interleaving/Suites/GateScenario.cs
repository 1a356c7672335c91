using RateSync.Fast.State;
using RateSync.Fast.Tests.Interleaving.Explorer;

namespace RateSync.Fast.Tests.Interleaving.Suites;

/// <summary>A semaphore and who has its slots. Cells of its line are so few that segments come and go.</summary>
internal sealed class GateScenario
{
    private readonly List<Waiter> _waiters = [];
    private long _most;
    private long _max;
    private long _out;

    /// <summary>Makes the semaphore.</summary>
    /// <param name="max">Slots.</param>
    /// <param name="taken">How many of them are taken before the threads begin.</param>
    /// <param name="shards">Over how many cores free slots are split.</param>
    /// <param name="cells">Cells in a segment of the line.</param>
    /// <param name="batch">Segments that are retired before they are used again; 0 for never.</param>
    /// <param name="queueLimit">Most waiters at a time.</param>
    public GateScenario(long max, long taken, int shards = 0, int cells = 2, int batch = 0, long queueLimit = long.MaxValue)
    {
        EraState.Reset();
        _max = _most = max;
        Gate = new TicketGate<ModelAtomics>(max, shards, queueLimit);
        Gate.UseLine(new TicketLine<ModelAtomics>(Gate.IsQueueLimited, cells, batch));
        for (long i = 0; i < taken; i++)
        {
            Assert.True(Gate.TryEnter(0));
        }

        _out = taken;
    }

    public TicketGate<ModelAtomics> Gate { get; }

    /// <summary>Puts free slots where the callers with these thread slots look first. Before the threads begin.</summary>
    public GateScenario WithFreeAt(params uint[] slots)
    {
        Assert.All(slots, _ => Assert.True(Gate.TryEnter(0)));
        foreach (uint slot in slots)
        {
            Gate.Exit(slot);
        }

        return this;
    }

    /// <summary>A waiter who is not in line yet. Before the threads begin.</summary>
    public Waiter NewWaiter(long permits = 1)
    {
        Waiter waiter = new(Got) { Permits = permits };
        _waiters.Add(waiter);
        return waiter;
    }

    /// <summary>A waiter who sits in line when the threads begin.</summary>
    public Waiter Seated(long permits = 1)
    {
        Waiter waiter = NewWaiter(permits);
        Assert.True(Wait(waiter));
        Assert.True(waiter.IsWaiting);
        return waiter;
    }

    public bool TryEnter(uint slot, long permits = 1)
    {
        bool entered = Gate.TryEnter(slot, permits);
        if (entered)
        {
            Model.Ghost(() => Got(permits));
        }

        return entered;
    }

    public void Exit(uint slot)
    {
        Model.Ghost(() => _out--);
        Gate.Exit(slot);
    }

    public void Exit(uint slot, int times)
    {
        for (int i = 0; i < times; i++)
        {
            Exit(slot);
        }
    }

    /// <summary>Gives several slots back in one call.</summary>
    public void ExitAtOnce(uint slot, long permits)
    {
        Model.Ghost(() => _out -= permits);
        Gate.Exit(slot, permits);
    }

    /// <summary>Asks and, if there is nothing, joins the line, as callers do who want to wait. False when the line was full.</summary>
    public bool Wait(Waiter waiter)
    {
        if (!Gate.TryEnlist(waiter.Permits))
        {
            return false;
        }

        long owed = Gate.Ask(waiter.Permits);
        if (owed == 0)
        {
            waiter.OnGranted(0);
            return true;
        }

        waiter.InHand = waiter.Permits - owed;
        waiter.Seats = (int)owed;
        waiter.State = WaitState.NextUse(waiter.State, owed);
        waiter.Joined = true;
        if (Gate.Join(waiter, owed))
        {
            waiter.OnGranted(0);
        }

        return true;
    }

    /// <summary>Waits for a slot and gives it back. Never ends if the slot is lost on the way.</summary>
    public void WaitAndExit(Waiter waiter, uint slot)
    {
        Assert.True(Wait(waiter));
        Model.Await(() => waiter.Grants > 0);
        Exit(slot);
    }

    public bool Leave(Waiter waiter) => Gate.Leave(waiter, LeaveReason.Cancelled);

    public void SetMax(long max)
    {
        _max = max;
        _most = Math.Max(_most, max);
        Gate.SetMax(max);
    }

    /// <summary>When all is quiet: everybody was told one thing once, nobody waits in vain, and every slot is accounted for.</summary>
    public void Check()
    {
        Assert.All(_waiters, waiter => Assert.InRange(waiter.Grants + waiter.Departures, 0, 1));
        ShouldBeInOrder();
        ShouldAddUp();

        // Everything comes home: whoever still waits is granted in turn, and then all slots are free, neither more nor fewer.
        while (_out > 0)
        {
            Exit(0);
            ShouldBeInOrder();
            ShouldAddUp();
        }

        Assert.DoesNotContain(_waiters, waiter => waiter.IsWaiting);
        Assert.Equal(_max, Gate.CountFree());
        for (long i = 0; i < _max; i++)
        {
            Assert.True(Gate.TryEnter(0));
        }

        Assert.False(Gate.TryEnter(0));

        // No permit has been left behind in a cell: whoever comes now waits for the next that comes back.
        _out = _max;
        Waiter last = Seated();
        Exit(0);
        Assert.True(last.IsGranted);
    }

    /// <summary>When all is quiet after a disposal: nobody waits, everybody was told one thing once, and nothing is to be had.</summary>
    public void CheckDisposed()
    {
        Assert.All(_waiters, waiter => Assert.InRange(waiter.Grants + waiter.Departures, 0, 1));
        Assert.DoesNotContain(_waiters, waiter => waiter.IsWaiting);
        Assert.Equal(0, Gate.CountFree());
        Assert.Throws<ObjectDisposedException>(() => Gate.TryEnter(0));
    }

    private void Got(long permits)
    {
        _out += permits;
        Assert.InRange(_out, 0, _most);
    }

    private void ShouldAddUp()
    {
        // A waiter for several holds what it has been brought so far.
        long partly = _waiters.Where(waiter => waiter.IsWaiting).Sum(waiter => waiter.Permits - WaitState.Payload(waiter.State));
        Assert.Equal(_out + partly, Gate.CountOut());
        Assert.Equal(_waiters.Where(waiter => waiter.IsWaiting).Sum(waiter => WaitState.Payload(waiter.State)), Gate.Owed);
        if (Gate.CountFree() > 0)
        {
            Assert.DoesNotContain(_waiters, waiter => waiter.IsWaiting);
        }

        if (Gate.IsQueueLimited)
        {
            Assert.Equal(_waiters.Count(waiter => waiter.IsWaiting), Gate.Waiting);
        }
    }

    /// <summary>Nobody is granted while somebody who sits before it still waits.</summary>
    private void ShouldBeInOrder()
    {
        long firstWaiting = _waiters.Where(waiter => waiter.IsWaiting).Select(waiter => waiter.Index).DefaultIfEmpty(long.MaxValue).Min();
        Assert.DoesNotContain(_waiters, waiter => waiter.Joined && waiter.IsGranted && waiter.Index > firstWaiting);
    }
}
