using System.Runtime.CompilerServices;
using RateSync.Fast.Engine;
using RateSync.Fast.State;

namespace RateSync.Fast.Named;

/// <content>Changing what the limiter does while it is in use.</content>
internal sealed partial class NamedEngine
{
    // A lock: one change at a time. Never taken by calls that only use the limiter.
    private readonly Lock _changes = new();
    private PastCounts _past = new();

    // Made when the limiter first has slots, and kept from then on: permits that are out find their way back, whatever the limiter does by then.
    private TicketSemaphore? _slots;

    /// <summary>Makes what the options need, or throws if it cannot be made. Changes nothing.</summary>
    public NamedPlan Prepare(LimiterOptions options)
    {
        if (_others.WhyUnavailable(Owner.Id, options.Store) is { } unavailable)
        {
            return new NamedPlan { Options = options, Unavailable = unavailable, IsReady = false, Limit = int.MaxValue };
        }

        if (options.Limiters is { Count: > 0 } names)
        {
            Limiter[] others = [.. names.Select(_others.Find)];
            CompositeLimiterOptions composite = new()
            {
                Id = Owner.Id,
                Strategy = options.Strategy,
                QueueLimit = options.QueueLimit ?? int.MaxValue,
            };
            CompositeLimiter all = new(others, composite, _clock.Provider);
            return new NamedPlan
            {
                Options = options,
                Composite = all,
                Direct = options.Shadow ? null : all,
                Limit = all.Limit,
            };
        }

        Limiter? rate = PartFactory.HasRate(options) ? PartFactory.Rate(Owner.Id, options, _clock.Provider) : null;
        return Plan(options, rate, generation: 0);
    }

    /// <summary>From now on does what was prepared.</summary>
    public void Change(NamedPlan prepared)
    {
        if (Era.IsInside)
        {
            throw new InvalidOperationException(
                $"{Owner.Id} cannot be changed from within one of its own calls, such as by its TimeProvider: change it from elsewhere.");
        }

        lock (_changes)
        {
            ThrowIfDisposed();
            NamedPlan old = _plan;
            Close(old);
            NamedPlan next = old;
            try
            {
                next = Carry(old, prepared);
            }
            finally
            {
                // ORDER: release, with the parts as they are to be found. PAIRS: Enter. ELSE: a call could use parts that have not inherited yet.
                Volatile.Write(ref _plan, next);
            }

            lock (_gate)
            {
                _line.SetOrder(next.Options.Fair, next.Options.Weights);
                SetDirect();
                Serve();
            }
        }
    }

    /// <summary>Whether the store that the limiter uses has become available, or is so no more, since it was made.</summary>
    public bool HasStoreChanged
    {
        get
        {
            NamedPlan plan = Volatile.Read(ref _plan);
            return (_others.WhyUnavailable(Owner.Id, plan.Options.Store) is null) != (plan.Unavailable is null);
        }
    }

    public void EnsureAvailable()
    {
        ThrowIfDisposed();
        if (Volatile.Read(ref _plan).Unavailable is { } unavailable)
        {
            throw unavailable();
        }
    }

    /// <summary>Begins anew, as if nothing had been spent.</summary>
    public void Reset()
    {
        lock (_changes)
        {
            NamedPlan old = _plan;
            if (old.Rate is null || old.Unavailable is not null)
            {
                return;
            }

            NamedPlan fresh = Prepare(old.Options);
            Close(old);
            old.Rate.Engine.Freeze();
            _past = CountsAfter(old, fresh);
            Volatile.Write(ref _plan, Plan(old.Options, fresh.Rate, old.Generation + 1));
            lock (_gate)
            {
                SetDirect();
                Serve();
            }
        }
    }

    public void Dispose()
    {
        lock (_changes)
        {
            if (_disposed)
            {
                return;
            }

            Volatile.Write(ref _disposed, true);
            NamedPlan plan = _plan;
            plan.Rate?.Dispose();
            _slots?.Dispose();
            plan.Composite?.Dispose();
            lock (_gate)
            {
                Serve();
                _room?.Dispose();
            }
        }
    }

    /// <summary>Begins a call: from here on the plan that is returned stays as it is, until the era is left.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private NamedPlan Enter()
    {
        while (true)
        {
            Era.Enter<InterlockedAtomics>();

            // ORDER: none but the era's. PAIRS: Close, which publishes a plan that is not ready and then puts a fence on all threads.
            // ELSE: a call could use parts whose state has been moved elsewhere.
            NamedPlan plan = Volatile.Read(ref _plan);
            if (plan.IsReady && !Volatile.Read(ref _disposed))
            {
                return plan;
            }

            Era.Leave<InterlockedAtomics>();
            AwaitPlan(plan);
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private void AwaitPlan(NamedPlan plan)
    {
        ThrowIfDisposed();
        if (plan.Unavailable is { } unavailable)
        {
            throw unavailable();
        }

        // Somebody changes the limiter at this very moment.
        SpinWait spin = default;
        while (ReferenceEquals(plan, Volatile.Read(ref _plan)))
        {
            spin.SpinOnce(sleep1Threshold: 50);
        }
    }

    /// <summary>Lets nobody begin a call by the plan any more, and waits until those who have are done.</summary>
    private void Close(NamedPlan plan)
    {
        lock (_gate)
        {
            _owner.Direct = null;
            Volatile.Write(ref _plan, new NamedPlan { Options = plan.Options, IsReady = false, Limit = plan.Limit });
        }

        long era = Era.Now<InterlockedAtomics>();
        SpinWait spin = default;

        // ORDER: each look begins a new era and puts a fence on all threads, so that a call is either seen in here or sees the plan above.
        // PAIRS: Enter. ELSE: a call could take permits from a part after they were counted and moved.
        while (Era.OldestActive<InterlockedAtomics>() <= era)
        {
            spin.SpinOnce(sleep1Threshold: 50);
        }
    }

    /// <summary>Whether plain calls may go to a part directly. Within the line's lock.</summary>
    private void SetDirect()
    {
        NamedPlan plan = _plan;
        _owner.Direct = plan.IsReady && _waiting == 0 && !_disposed ? plan.Direct : null;
    }

    /// <summary>Moves what was spent into what was prepared. Nobody else uses either meanwhile.</summary>
    private NamedPlan Carry(NamedPlan old, NamedPlan prepared)
    {
        NamedPlan next;
        if (prepared.Composite is not null || prepared.Unavailable is not null)
        {
            next = prepared;
        }
        else
        {
            bool keepsRate = old.Rate is not null && prepared.Rate is not null && PartFactory.IsSameRate(old.Options, prepared.Options);
            if (!keepsRate)
            {
                // Plain calls may still be at it: from here on they get nothing there, and look where to go instead.
                old.Rate?.Engine.Freeze();
            }

            bool knowsPermits = keepsRate
                || (old.Rate is not null && prepared.Rate is not null && prepared.Rate.Engine.Inherit(old.Rate.Engine.Export()));

            if (prepared.Options.MaxConcurrent is { } slots && _slots is not null)
            {
                _slots.Resize(slots);
            }

            next = Plan(prepared.Options, keepsRate ? old.Rate : prepared.Rate, knowsPermits ? old.Generation : old.Generation + 1);
        }

        _past = CountsAfter(old, next);
        return next;
    }

    private NamedPlan Plan(LimiterOptions options, Limiter? rate, int generation)
    {
        TicketSemaphore? slots = null;
        if (options.MaxConcurrent is { } most)
        {
            slots = _slots ??= new TicketSemaphore(most, PartFactory.SlotOptions(Owner.Id, options), _clock.Provider);
        }

        Limiter narrow = rate ?? slots!;
        bool plain = !options.Shadow && options.Priorities is not { Count: > 0 } && (rate is null || slots is null);
        return new NamedPlan
        {
            Options = options,
            Rate = rate,
            Slots = slots,
            Direct = plain && PartFactory.CanBeFrozen(narrow) ? narrow : null,
            RateKeeps = rate is null ? null : PartFactory.Keeps(options, rate.Limit),
            SlotKeeps = slots is null ? null : PartFactory.Keeps(options, options.MaxConcurrent!.Value),
            Limit = rate?.Limit ?? options.MaxConcurrent!.Value,
            Generation = generation,
            RateName = Owner.Id + "/rate",
            SlotsName = Owner.Id + "/concurrency",
        };
    }

    private PastCounts CountsAfter(NamedPlan old, NamedPlan next)
    {
        if (old.Unavailable is not null)
        {
            return _past;
        }

        LimiterMetrics now = old.Composite is { } composite ? composite.GetMetrics() : MetricsOf(old);
        LimiterMetrics slots = _slots?.GetMetrics() ?? default;
        LimiterMetrics rate = ReferenceEquals(old.Rate, next.Rate) ? old.Rate?.GetMetrics() ?? default : default;
        SlotTally own = _tally.Sum();
        bool composed = old.Composite is not null;
        return new PastCounts
        {
            Acquisitions = now.TotalAcquisitions + (composed ? _past.Acquisitions : 0),
            Permits = now.TotalPermits + (composed ? _past.Permits : 0),
            Refusals = now.Refusals + (composed ? _past.Refusals : 0) - (composed ? 0 : own.Refusals - own.AskedToWait),
            LastAcquisitionAt = now.LastAcquisitionAt,
            OwnAcquisitions = own.Acquisitions,
            OwnPermits = own.Permits,
            SlotAcquisitions = slots.TotalAcquisitions,
            SlotPermits = slots.TotalPermits,
            SlotRefusals = slots.Refusals,
            RateAcquisitions = rate.TotalAcquisitions,
            RatePermits = rate.TotalPermits,
            RateRefusals = rate.Refusals,
        };
    }
}
