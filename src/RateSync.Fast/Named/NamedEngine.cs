using System.Runtime.CompilerServices;
using RateSync.Fast.Algorithms;
using RateSync.Fast.Engine;
using RateSync.Fast.State;
using RateSync.Fast.Telemetry;
using RateSync.Fast.Time;

namespace RateSync.Fast.Named;

/// <summary>
/// A limiter whose parts can be changed while it is in use. It has no state of its own that decides anything but the line of those
/// who wait; the parts' words do, and nobody else uses them.
/// </summary>
/// <remarks>
/// Calls are made within an <see cref="Era"/>, in which the plan that it has read stays as it is. A change first publishes a plan that
/// nobody can use, waits until no call is left in the old one, moves what was spent into the new parts and publishes them: microseconds,
/// for which callers wait. See <see cref="PlanCell{TPlan, TAtomics}"/>.
/// </remarks>
/// <typeparam name="TAtomics">The machine's atomics, or the explorer's.</typeparam>
internal sealed partial class NamedEngine<TAtomics> : ILimiterEngine, ILine
    where TAtomics : struct, IAtomics
{
    // In place of a booking: what was granted only because refusals are not meant yet.
    private const long ShadowStamp = long.MinValue;

    // In place of a booking: slots alone.
    private const long NoRate = -1;

    private readonly Limiter _owner;
    private readonly IHasDirectPart _direct;
    private readonly INamedParts _others;
    private readonly Clock _clock;
    private readonly Tally _tally = new();
    private readonly LastSeen _lastSeen;
    private bool _disposed;

    // Mutable struct: must not be readonly.
    private PlanCell<NamedPlan, TAtomics> _cell;

    /// <param name="owner">The limiter.</param>
    /// <param name="direct">Where plain calls look first.</param>
    /// <param name="options">What it does; valid.</param>
    /// <param name="others">What it needs to know of others.</param>
    /// <param name="timeProvider">The clock; null for the system's.</param>
    public NamedEngine(Limiter owner, IHasDirectPart direct, LimiterOptions options, INamedParts others, TimeProvider? timeProvider)
    {
        _owner = owner;
        _direct = direct;
        _others = others;
        _clock = new Clock(timeProvider);
        _lastSeen = new LastSeen(_clock.Now());
        NamedPlan plan = Prepare(options);
        _slots = plan.Slots;
        _cell = new PlanCell<NamedPlan, TAtomics>(plan);
        _line.SetOrder(options.Fair, options.Weights);
        direct.Direct = plan.Direct;
    }

    public Limiter Owner => _owner;

    public LimiterOptions Options => _cell.Current.Options;

    public bool IsAvailable => _cell.Current.Unavailable is null;

    public long Limit => _cell.Current is var plan && plan.Composite is { } composite ? composite.Engine.Limit : plan.Limit;

    public string NarrowestId => _cell.Current.Composite?.Engine.NarrowestId ?? Owner.Id;

    public double DeclaredExcess
    {
        get
        {
            NamedPlan plan = _cell.Current;
            return plan.Options.Shadow
                ? double.PositiveInfinity
                : plan.Composite?.DeclaredExcess ?? Math.Max(plan.Rate?.DeclaredExcess ?? 0, plan.Slots?.DeclaredExcess ?? 0);
        }
    }

    public long DeclaredShortfall
    {
        get
        {
            NamedPlan plan = _cell.Current;
            return plan.Composite?.DeclaredShortfall ?? Math.Max(plan.Rate?.DeclaredShortfall ?? 0, plan.Slots?.DeclaredShortfall ?? 0);
        }
    }

    public TimeSpan DefaultTimeout => Options.Timeout ?? Timeout.InfiniteTimeSpan;

    public bool HasSlots
    {
        get
        {
            NamedPlan plan = _cell.Current;
            return plan.Slots is not null || plan.Composite?.Engine.HasSlots == true;
        }
    }

    // A permit knows by which plan it was granted.
    public bool NeedsPermit => true;

    /// <remarks>Not inlined: a plain call that has no use for it would have to clear the space for what it would answer.</remarks>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public bool TryTake(int permits) => TryTake(permits, default, wantPermit: false, out _, out _, explain: false);

    public bool TryTake(int permits, out Permit permit) => TryTake(permits, default, wantPermit: true, out permit, out _, explain: false);

    public bool TryTake(int permits, long keep, out Permit permit) =>
        throw new InvalidOperationException("A named limiter keeps reserves by priority.");

    public Decision Attempt(int permits) => Attempt(new AcquireOptions { Permits = permits });

    public Decision Attempt(in AcquireOptions options)
    {
        if (options.Permits == 0)
        {
            return Peek(options with { Permits = 1 });
        }

        bool granted = TryTake(options.Permits, options.Priority, wantPermit: true, out Permit permit, out Decision decision, explain: true);
        return granted ? decision with { Permit = permit } : decision;
    }

    public Permit PermitFor(int permits, long stamp) => new(this, permits, stamp, null);

    /// <summary>Takes what the caller asks for, all or nothing.</summary>
    private bool TryTake(int permits, Priority priority, bool wantPermit, out Permit permit, out Decision decision, bool explain)
    {
        decision = default;
        permit = default;
        if (!TryEnter(out NamedPlan plan))
        {
            return TryTakeComposite(plan, plan.Composite!.Engine, permits, wantPermit, out permit, out decision, explain);
        }

        if (TAtomics.Has(Defect.PartUsedAfterLeave))
        {
            PlanCell<NamedPlan, TAtomics>.Leave();
        }

        Limiter? refuser = null;
        bool gaveSlotsBack = false;
        bool granted = false;
        bool answered = false;
        try
        {
            bool line = IsHeldByLine(priority);
            granted = !line && TryTakeParts(plan, permits, priority, wantPermit, out permit, ref refuser, ref gaveSlotsBack);
            if (explain)
            {
                decision = Explain(plan, permits, priority, granted, line, refuser);
            }

            answered = true;
            if (granted)
            {
                return true;
            }

            if (refuser is null || IsBoth(plan))
            {
                _tally.Refused(ThreadSlot.Current);
            }

            if (!plan.Options.Shadow)
            {
                return false;
            }

            permit = GrantInShadow(plan, permits, wantPermit);
            decision = decision with { Allowed = true, IsShadowed = true };
            return true;
        }
        finally
        {
            if (!TAtomics.Has(Defect.PartUsedAfterLeave))
            {
                PlanCell<NamedPlan, TAtomics>.Leave();
            }

            if (gaveSlotsBack || (granted && !answered))
            {
                AfterTry(permit, granted);
            }
        }
    }

    /// <summary>After a call that has not kept what it had in its hands. Not in an era.</summary>
    private void AfterTry(in Permit permit, bool granted)
    {
        if (granted)
        {
            // The caller's clock has thrown while the answer was put together.
            Undo(permit);
        }
        else if (!Has(Defect.SlotGivenBackUnseen))
        {
            // Whoever joined the line meanwhile has seen none free, and waits to be told.
            ServeIfWaiting();
        }
    }

    private bool TryTakeComposite(
        NamedPlan plan, ILimiterEngine composite, int permits, bool wantPermit, out Permit permit, out Decision decision, bool explain)
    {
        bool granted;
        if (explain)
        {
            decision = composite.Attempt(permits);
            decision = decision.Allowed ? decision with { LimiterId = Owner.Id } : decision;
            permit = decision.Permit;
            granted = decision.Allowed;
        }
        else
        {
            decision = default;
            permit = default;
            granted = wantPermit ? composite.TryTake(permits, out permit) : composite.TryTake(permits);
        }

        if (granted || !plan.Options.Shadow)
        {
            return granted;
        }

        permit = GrantInShadow(plan, permits, wantPermit);
        decision = decision with { Allowed = true, IsShadowed = true };
        return true;
    }

    /// <summary>Takes from the parts: slots first, as they can be given back without a trace. Within an era.</summary>
    private bool TryTakeParts(
        NamedPlan plan, int permits, Priority priority, bool wantPermit, out Permit permit, ref Limiter? refuser, ref bool gaveSlotsBack)
    {
        permit = default;
        Permit slots = default;
        if (plan.Slots is not null && !TryTakeSlots(plan, permits, priority, wantPermit, out slots))
        {
            refuser = plan.Slots;
            return false;
        }

        if (plan.Rate is null)
        {
            permit = wantPermit ? Mine(slots, permits, NoRate) : default;
            return true;
        }

        Permit rate = default;
        bool granted = false;
        try
        {
            granted = wantPermit || plan.RateKeeps is not null
                ? plan.Rate.Engine.TryTake(permits, plan.RateKeep(priority), out rate)
                : plan.Rate.Engine.TryTake(permits);
        }
        finally
        {
            // Also when the caller's clock throws.
            if (!granted && plan.Slots is not null)
            {
                UndoSlots(plan, permits, slots);
                gaveSlotsBack = true;
            }
        }

        if (!granted)
        {
            refuser = plan.Rate;
            return false;
        }

        if (plan.Slots is not null)
        {
            _tally.Acquired(ThreadSlot.Current, permits);
        }

        permit = !wantPermit ? default
            : plan.Slots is null ? new Permit(this, permits, plan.Stamp(rate.Stamp), null)
            : Mine(slots, permits, plan.Stamp(rate.Stamp));
        return true;
    }

    private static bool TryTakeSlots(NamedPlan plan, int permits, Priority priority, bool wantPermit, out Permit slots)
    {
        ILimiterEngine engine = plan.Slots!.Engine;
        slots = default;
        if (wantPermit)
        {
            return engine.TryTake(plan.SlotsFor(permits), plan.SlotKeep(priority), out slots);
        }

        if (plan.SlotKeeps is null)
        {
            return engine.TryTake(plan.SlotsFor(permits));
        }

        if (!engine.TryTake(plan.SlotsFor(permits), plan.SlotKeep(priority), out Permit kept))
        {
            return false;
        }

        // Nobody will come back with the permit: slots are given back by Release.
        Forget(kept);
        return true;
    }

    /// <summary>The slots' permit as one of this limiter.</summary>
    private Permit Mine(in Permit slots, int permits, long booking)
    {
        slots.Record!.Booking = booking;
        return new Permit(this, permits, slots.Stamp, slots.Record);
    }

    /// <summary>Whether a deliberate mistake is switched on. Only asked where something is rare.</summary>
    private bool Has(Defect defect) => TAtomics.Has(defect) || _others.Mistake == defect;

    private static bool IsBoth(NamedPlan plan) => plan.Rate is not null && plan.Slots is not null;

    private void ThrowIfDisposed() => ObjectDisposedException.ThrowIf(Volatile.Read(ref _disposed), Owner);
}
