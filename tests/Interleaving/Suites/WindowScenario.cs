using RateSync.Fast.Algorithms;
using RateSync.Fast.State;
using RateSync.Fast.Tests.Interleaving.Explorer;
using RateSync.Fast.Tests.Interleaving.Linearizability;
using RateSync.Fast.Time;

namespace RateSync.Fast.Tests.Interleaving.Suites;

/// <summary>A limiter over a window of any kind, by the path that its callers take, on a clock that threads may move.</summary>
/// <typeparam name="TReservoir">The kind of window.</typeparam>
internal sealed class WindowScenario<TReservoir>
    where TReservoir : struct, IReservoir
{
    private readonly long _limit;
    private readonly bool _hasCells;
    private readonly List<Grant>[] _grants = [[], [], [], []];

    /// <summary>Makes the limiter.</summary>
    /// <param name="make">Makes the reservoir.</param>
    /// <param name="limit">Permits in a window.</param>
    /// <param name="frozen">Whether the clock stands still while the threads run; then calls must be linearizable.</param>
    /// <param name="lanes">Slots from 0 that have a lane, if there are lanes and shards.</param>
    /// <param name="before">What is done before the threads begin; what it takes counts.</param>
    public WindowScenario(
        Func<Clock, TReservoir> make,
        long limit,
        bool frozen,
        Action<WindowScenario<TReservoir>>? before = null,
        int? lanes = null)
    {
        _limit = limit;
        Time = new ModelClock(frozen);
        Limiter = new ShardedReservoir<TReservoir, ModelAtomics>(make(new Clock(Time)), new Clock(Time));
        if (lanes is not null)
        {
            _hasCells = true;
            Limiter.MakeCells(lanes.Value, shards: 1);
        }

        before?.Invoke(this);
        if (frozen)
        {
            Outcome view = Limiter.Reservoir.Look(Time.Now);
            long inCells = view.Armed == 0 ? 0 : Limiter.Peek(1, out _).Remaining - (limit - view.Level);
            History = new History(limit - view.Level + inCells, refusalsMayOverlap: _hasCells);
        }
    }

    public ModelClock Time { get; }

    public ShardedReservoir<TReservoir, ModelAtomics> Limiter { get; }

    private History? History { get; }

    /// <summary>Takes permits, as those do who want an explanation; null when refused.</summary>
    public Grant? Take(long permits = 1) => Take(permits, explain: true);

    /// <summary>Takes a permit by the short path for those who do not ask for reasons.</summary>
    public Grant? TakeQuickly() => Take(1, explain: false);

    /// <summary>Takes a permit with a slot and forgets it; for before the threads begin.</summary>
    public void Prime(uint slot)
    {
        Assert.True(Limiter.TryTake(slot));
        _grants[^1].Add(new Grant(1, Time.Now, Time.Now, 0));
    }

    /// <summary>Gives a grant back.</summary>
    /// <param name="grant">The grant; nothing is done if there is none.</param>
    /// <param name="stamped">Whether it is said where it was booked.</param>
    public void Refund(Grant? grant, bool stamped = true)
    {
        if (grant is null)
        {
            return;
        }

        grant.IsRefunded = true;
        long stamp = stamped ? grant.Stamp : 0;
        if (History is null || VirtualThread.Current is null)
        {
            Limiter.Refund(grant.Permits, stamp);
        }
        else
        {
            History.Refund(grant.Permits, () => Limiter.Refund(grant.Permits, stamp));
        }
    }

    /// <summary>Takes all that is left. When all is quiet.</summary>
    public long Drain()
    {
        long drained = 0;
        for (uint slot = 0; slot < _grants.Length; slot++)
        {
            while (Limiter.TryTake(slot))
            {
                drained++;
            }
        }

        return drained;
    }

    /// <summary>Looks whether the calls were in order; for a clock that stood still.</summary>
    public void ShouldBeInOrder() => History!.ShouldBeInOrder();

    /// <summary>
    /// Looks whether anywhere more permits were certainly granted in one window than there are, and whether all others are still to be had.
    /// </summary>
    /// <param name="windows">All windows that matter, from the first tick to the one after the last.</param>
    /// <param name="present">The window that a grant at the end of the execution lies in together with all others that count.</param>
    public void CheckWindows(IEnumerable<(long From, long To)> windows, (long From, long To) present)
    {
        List<Grant> kept = [.. _grants.SelectMany(static list => list).Where(static grant => !grant.IsRefunded)];
        foreach ((long from, long to) in windows)
        {
            long granted = kept.Where(grant => grant.From >= from && grant.To < to).Sum(static grant => grant.Permits);
            Assert.True(granted <= _limit, $"{granted} in one window, from {from} to {to}: {string.Join(", ", kept)}");
        }

        long drained = Drain();
        long certain = kept.Where(grant => grant.From >= present.From).Sum(static grant => grant.Permits);
        long possible = kept.Where(grant => grant.To >= present.From).Sum(static grant => grant.Permits);
        Assert.True(certain + drained <= _limit, $"{drained} more on top of {certain}: {string.Join(", ", kept)}");

        // What cells granted is booked when their chunk comes home, which may be in a later window.
        Assert.True(_hasCells || possible + drained >= _limit, $"Only {drained} more after {possible}: {string.Join(", ", kept)}");
        Time.Advance(2 * (present.To - present.From));
        Assert.Equal(_limit, Drain());
    }

    private Grant? Take(long permits, bool explain)
    {
        Verdict verdict = new() { Explain = explain };
        return Recorded(
            permits,
            slot => Limiter.TryTake(slot, permits, ref verdict),
            () => verdict.Outcome.Stamp != 0 ? verdict.Outcome.Stamp : Limiter.Reservoir.StampOfCells(Limiter.Clock));
    }

    private Grant? Recorded(long permits, Func<uint, bool> take, Func<long> stamp)
    {
        // Outside the threads the first slot is as good as any.
        int thread = VirtualThread.Current?.Index ?? _grants.Length - 1;
        long from = Time.Now;
        bool granted = History is null ? take((uint)thread) : History.Take(permits, () => take((uint)thread));
        if (!granted)
        {
            return null;
        }

        Grant grant = new(permits, from, Time.Now, stamp());
        _grants[thread].Add(grant);
        return grant;
    }

    /// <summary>A grant, made at some time between two readings of the clock.</summary>
    internal sealed record Grant(long Permits, long From, long To, long Stamp)
    {
        public bool IsRefunded { get; set; }
    }
}
