using System.Runtime.CompilerServices;
using RateSync.Fast.Algorithms;
using RateSync.Fast.Time;

namespace RateSync.Fast.State;

/// <summary>
/// A table of keys whose limit can be changed while it is used. What each key has spent stays spent; keys that are as good as never seen
/// stay forgotten.
/// </summary>
/// <remarks>
/// <para>A change makes a table for the new limit and sends all calls there. Each call first brings its own key along from the old table;
/// the changer
/// brings the rest, key by key. For the microseconds in which calls may still be under way in the old table, others wait.</para>
/// <list type="bullet">
/// <item>Nobody takes from the old table once keys are being brought along: all calls that did have ended, see <see cref="Era"/>.</item>
/// <item>A key is brought along once: under a lock, which those share who bring the same key, it is booked here and emptied there.</item>
/// <item>No call for a key is made on the new table before the key has been brought along: each call sees to that first, by the same
/// lock.</item>
/// </list>
/// </remarks>
/// <typeparam name="TAtomics">The machine's atomics, or the explorer's.</typeparam>
internal sealed class ChangeableKeys<TAtomics> : IKeyedCore
    where TAtomics : struct, IAtomics
{
    private const int Stripes = 64;

    // Locks, not a race: only calls made while a change is under way come here, each for the two steps of one key.
    private readonly Lock[] _stripes = new Lock[Stripes];
    private readonly Lock _changes = new();
    private readonly Clock _clock;
    private readonly Func<KeyLimit, long, IKeyedCore> _newTable;
    private KeyLimit _limit;
    private long _start;
    private long _largest;

    // Mutable struct: must not be readonly.
    private PlanCell<Plan, TAtomics> _cell;

    /// <param name="limit">The limit of each key.</param>
    /// <param name="clock">The clock.</param>
    /// <param name="newTable">Makes a table for a limit and a time from which windows are counted; null for the usual ones.</param>
    public ChangeableKeys(in KeyLimit limit, Clock clock, Func<KeyLimit, long, IKeyedCore>? newTable = null)
    {
        _clock = clock;
        _newTable = newTable ?? ((limit, start) => limit.NewTable(clock, start));
        _limit = limit;
        _largest = limit.Limit;
        _start = clock.Now();
        _cell = new PlanCell<Plan, TAtomics>(new Plan(_newTable(limit, _start), null));
        for (int i = 0; i < Stripes; i++)
        {
            _stripes[i] = new Lock();
        }
    }

    public long Limit => _cell.Current.Table.Limit;

    public long Shortfall => _cell.Current.Table.Shortfall;

    public long Count => _cell.Current is var plan ? plan.Table.Count + (plan.Previous?.Count ?? 0) : 0;

    public long Bytes => _cell.Current is var plan ? plan.Table.Bytes + (plan.Previous?.Bytes ?? 0) : 0;

    /// <summary>Requests for keys that found no room, since the last change.</summary>
    public long Overflowed => _cell.Current.Table.Overflowed;

    public bool TryTake(in KeyHash key, long permits, ref KeyVerdict verdict)
    {
        Plan plan = Enter();
        try
        {
            return TableFor(key, plan).TryTake(key, permits, ref verdict);
        }
        finally
        {
            PlanCell<Plan, TAtomics>.Leave();
        }
    }

    public Description Peek(in KeyHash key, long permits)
    {
        Plan plan = Enter();
        try
        {
            return TableFor(key, plan).Peek(key, permits);
        }
        finally
        {
            PlanCell<Plan, TAtomics>.Leave();
        }
    }

    public bool Refund(in KeyHash key, long permits)
    {
        Plan plan = Enter();
        try
        {
            return TableFor(key, plan).Refund(key, permits);
        }
        finally
        {
            PlanCell<Plan, TAtomics>.Leave();
        }
    }

    public bool TryCharge(in KeyHash key, long permits)
    {
        Plan plan = Enter();
        try
        {
            return TableFor(key, plan).TryCharge(key, permits);
        }
        finally
        {
            PlanCell<Plan, TAtomics>.Leave();
        }
    }

    public long SweepAll()
    {
        Plan plan = Enter();
        try
        {
            return plan.Table.SweepAll();
        }
        finally
        {
            PlanCell<Plan, TAtomics>.Leave();
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
            IKeyedCore table = _newTable(limit with { Largest = largest }, start);
            Plan before = _cell.Current;
            Plan next = before;
            _cell.Close(new Plan(table, before.Table) { IsReady = false });
            PlanCell<Plan, TAtomics>.AwaitCalls();
            try
            {
                if (TAtomics.Has(Defect.OpenedBeforeCarry))
                {
                    _cell.Open(new Plan(table, null));
                }

                // Newcomers begin with what is booked in the cell that they may have been served from.
                table.AdoptCells(before.Table.CarryCells());
                next = new Plan(table, before.Table);
                (_largest, _limit, _start) = (largest, limit, start);
            }
            finally
            {
                // If the caller's clock has thrown, all stays as it was.
                _cell.Open(next);
            }

            Finish();
        }
    }

    public bool TryCarry(in KeyHash key, out KeyCarry carry) => throw new NotSupportedException();

    public void Forget(in KeyHash key) => throw new NotSupportedException();

    public void Adopt(in KeyHash key, in KeyCarry carry) => throw new NotSupportedException();

    public KeyCarry[] CarryCells() => throw new NotSupportedException();

    public void AdoptCells(KeyCarry[] carried) => throw new NotSupportedException();

    public void Walk(Action<KeyHash> visit) => throw new NotSupportedException();

    /// <summary>Brings everything along that a change has left in its old table.</summary>
    private void Finish()
    {
        Plan plan = _cell.Current;
        if (plan.Previous is { } previous)
        {
            previous.Walk(key => Bring(plan, key));

            // After every key has been brought along: else a call could pass by what its key has spent.
            _cell.Open(new Plan(plan.Table, null));
        }
    }

    /// <summary>Begins a call, which the cell's Leave ends.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private Plan Enter()
    {
        Plan plan;
        while (!_cell.TryEnter(out plan))
        {
            AwaitReady(plan);
        }

        return plan;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private void AwaitReady(Plan closed)
    {
        SpinWait wait = default;
        while (ReferenceEquals(_cell.Current, closed))
        {
            TAtomics.Pause(ref wait, () => !ReferenceEquals(_cell.Current, closed));
        }
    }

    /// <summary>The table that decides about a key, which has been brought there. Within the era.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private IKeyedCore TableFor(in KeyHash key, Plan plan)
    {
        if (plan.Previous is not null)
        {
            Bring(plan, key);
        }

        return plan.Table;
    }

    private void Bring(Plan plan, in KeyHash key)
    {
        using Held<TAtomics> stripe = new(_stripes[(int)(key.Print >> 8) & (Stripes - 1)]);
        if (plan.Previous!.TryCarry(key, out KeyCarry carry))
        {
            // In this order: if the caller's clock throws in between, nothing is forgotten, and a key that has arrived does not arrive
            // again.
            plan.Table.Adopt(key, carry);
            plan.Previous.Forget(key);
        }
    }

    /// <summary>Where calls are decided.</summary>
    private sealed class Plan(IKeyedCore table, IKeyedCore? previous) : ChangeablePlan
    {
        public readonly IKeyedCore Table = table;

        /// <summary>The table of the limit before, while there may be keys in it; nobody takes from it.</summary>
        public readonly IKeyedCore? Previous = previous;
    }
}
