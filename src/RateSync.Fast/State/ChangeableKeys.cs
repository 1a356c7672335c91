using RateSync.Fast.Algorithms;
using RateSync.Fast.Time;

namespace RateSync.Fast.State;

/// <summary>
/// A table of keys whose limit can be changed while it is used. What each key has spent stays spent; keys that are as good as never seen
/// stay
/// forgotten.
/// </summary>
/// <remarks>
/// <para>A change makes a table for the new limit and sends all calls there. Each call first brings its own key along from the old table;
/// the changer
/// brings the rest, key by key. For the microseconds in which calls may still be under way in the old table, others wait.</para>
/// <list type="bullet">
/// <item>Nobody takes from the old table once keys are being brought along: all calls that did have ended, see <see cref="Era"/>.</item>
/// <item>A key is brought along once: under a lock, which those share who bring the same key, it is emptied there and booked here.</item>
/// <item>No call for a key is made on the new table before the key has been brought along: each call sees to that first, by the same
/// lock.</item>
/// </list>
/// </remarks>
internal sealed class ChangeableKeys : IKeyedCore
{
    private const int Stripes = 64;

    // Locks, not a race: only calls made while a change is under way come here, each for the two steps of one key.
    private readonly Lock[] _stripes = new Lock[Stripes];
    private readonly Lock _changes = new();
    private readonly Clock _clock;
    private KeyLimit _limit;
    private long _start;
    private long _largest;
    private Plan _plan;

    public ChangeableKeys(in KeyLimit limit, Clock clock)
    {
        _clock = clock;
        _limit = limit;
        _largest = limit.Limit;
        _start = clock.Now();
        _plan = new Plan(limit.NewTable(clock, _start), null);
        for (int i = 0; i < Stripes; i++)
        {
            _stripes[i] = new Lock();
        }
    }

    public long Limit => Volatile.Read(ref _plan).Current.Limit;

    public long Shortfall => Volatile.Read(ref _plan).Current.Shortfall;

    public long Count => Volatile.Read(ref _plan) is var plan ? plan.Current.Count + (plan.Previous?.Count ?? 0) : 0;

    public long Bytes => Volatile.Read(ref _plan) is var plan ? plan.Current.Bytes + (plan.Previous?.Bytes ?? 0) : 0;

    /// <summary>Requests for keys that found no room, since the last change.</summary>
    public long Overflowed => Volatile.Read(ref _plan).Current.Overflowed;

    public bool TryTake(in KeyHash key, long permits, ref KeyVerdict verdict)
    {
        Era.Enter<InterlockedAtomics>();
        try
        {
            return TableFor(key).TryTake(key, permits, ref verdict);
        }
        finally
        {
            Era.Leave<InterlockedAtomics>();
        }
    }

    public Description Peek(in KeyHash key, long permits)
    {
        Era.Enter<InterlockedAtomics>();
        try
        {
            return TableFor(key).Peek(key, permits);
        }
        finally
        {
            Era.Leave<InterlockedAtomics>();
        }
    }

    public bool Refund(in KeyHash key, long permits)
    {
        Era.Enter<InterlockedAtomics>();
        try
        {
            return TableFor(key).Refund(key, permits);
        }
        finally
        {
            Era.Leave<InterlockedAtomics>();
        }
    }

    public bool TryCharge(in KeyHash key, long permits)
    {
        Era.Enter<InterlockedAtomics>();
        try
        {
            return TableFor(key).TryCharge(key, permits);
        }
        finally
        {
            Era.Leave<InterlockedAtomics>();
        }
    }

    public long SweepAll()
    {
        Era.Enter<InterlockedAtomics>();
        try
        {
            return Volatile.Read(ref _plan).Current.SweepAll();
        }
        finally
        {
            Era.Leave<InterlockedAtomics>();
        }
    }

    /// <summary>From when this returns on the new limit holds for every key; for a key that is asked for meanwhile, from then on.</summary>
    public void Change(in KeyLimit limit)
    {
        lock (_changes)
        {
            // Left over if the caller's clock has thrown.
            Finish();
            if (limit == _limit)
            {
                return;
            }

            // Windows of the same length go on, and sub-windows too, as each permit is carried with its time.
            bool goesOn = (limit.Kind == _limit.Kind && limit.WindowTicks == _limit.WindowTicks)
                || (limit.Kind == KeyLimitKind.SlidingWindow && _limit.Kind == KeyLimitKind.SlidingWindow);
            long start = goesOn ? _start : _clock.Now();
            long largest = Math.Max(_largest, limit.Limit);
            Plan plan = new((limit with { Largest = largest }).NewTable(_clock, start), _plan.Current);
            _largest = largest;
            _limit = limit;
            _start = start;

            // ORDER: full fence; then the wait for those who may have seen the plan before. PAIRS: Era.Enter before the plan is read.
            // ELSE: a call could go on taking from the old table while its key is brought along, and the grant be forgotten.
            Interlocked.Exchange(ref _plan, plan);
            Finish();
        }
    }

    public bool TryCarryAway(in KeyHash key, out KeyCarry carry) => throw new NotSupportedException();

    public void Adopt(in KeyHash key, in KeyCarry carry) => throw new NotSupportedException();

    public KeyCarry[] CarryCells() => throw new NotSupportedException();

    public void AdoptCells(KeyCarry[] carried) => throw new NotSupportedException();

    public void Walk(Action<KeyHash> visit) => throw new NotSupportedException();

    /// <summary>Brings everything along that a change has left in its old table.</summary>
    private void Finish()
    {
        Plan plan = _plan;
        if (plan.Previous is not { } previous)
        {
            return;
        }

        if (!Volatile.Read(ref plan.IsReady))
        {
            AwaitOthers();

            // Newcomers begin with what is booked in the cell that they may have been served from.
            plan.Current.AdoptCells(previous.CarryCells());

            // ORDER: release; after the cells. PAIRS: TableFor. ELSE: a newcomer could begin without what it has spent in a cell.
            Volatile.Write(ref plan.IsReady, true);
        }

        previous.Walk(key => Bring(plan, key));

        // ORDER: full fence; after every key has been brought along. PAIRS: TableFor. ELSE: a call could pass by what its key has spent.
        Interlocked.Exchange(ref _plan, new Plan(plan.Current, null));
    }

    /// <summary>Waits until every call has ended that was under way when this began.</summary>
    private static void AwaitOthers()
    {
        long mark = Era.Now<InterlockedAtomics>() + 1;
        SpinWait wait = default;
        while (Era.OldestActive<InterlockedAtomics>() < mark)
        {
            wait.SpinOnce();
        }
    }

    /// <summary>The table that decides about a key, which has been brought there. Within the era.</summary>
    private IKeyedCore TableFor(in KeyHash key)
    {
        Plan plan = Volatile.Read(ref _plan);
        return plan.Previous is null ? plan.Current : TableWithKey(key, plan);
    }

    private IKeyedCore TableWithKey(in KeyHash key, Plan plan)
    {
        SpinWait wait = default;
        while (!Volatile.Read(ref plan.IsReady))
        {
            // Out of the era while waiting: the changer waits for all who are in it.
            Era.Leave<InterlockedAtomics>();
            try
            {
                wait.SpinOnce();
            }
            finally
            {
                Era.Enter<InterlockedAtomics>();
            }

            plan = Volatile.Read(ref _plan);
            if (plan.Previous is null)
            {
                return plan.Current;
            }
        }

        Bring(plan, key);
        return plan.Current;
    }

    private void Bring(Plan plan, in KeyHash key)
    {
        lock (_stripes[(int)(key.Print >> 8) & (Stripes - 1)])
        {
            if (plan.Previous!.TryCarryAway(key, out KeyCarry carry))
            {
                plan.Current.Adopt(key, carry);
            }
        }
    }

    /// <summary>Where calls are decided.</summary>
    private sealed class Plan(IKeyedCore current, IKeyedCore? previous)
    {
        public readonly IKeyedCore Current = current;

        /// <summary>The table of the limit before, while there may be keys in it.</summary>
        public readonly IKeyedCore? Previous = previous;

        /// <summary>Nobody takes from the old table any more.</summary>
        public bool IsReady;
    }
}
