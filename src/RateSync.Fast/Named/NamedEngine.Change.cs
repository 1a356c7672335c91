using System.Runtime.CompilerServices;
using RateSync.Fast.Algorithms;
using RateSync.Fast.Engine;
using RateSync.Fast.State;

namespace RateSync.Fast.Named;

/// <content>Changing what the limiter does while it is in use.</content>
internal sealed partial class NamedEngine<TAtomics>
{
    // A lock: one change at a time. Never taken by calls that only use the limiter.
    private readonly Lock _changes = new();
    private PastCounts _past = new();

    // What was spent, while there is no rate: as long as there is none, nothing is added. And which of the rate's parts permits were booked
    // in.
    private Limiter? _lastRate;
    private int _generation;

    // Made when the limiter first has slots, and kept from then on: permits that are out find their way back, whatever the limiter does by
    // then.
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
            return PlanOf(names, options);
        }

        Limiter? rate = PartFactory.HasRate(options) ? _others.Rate(Owner.Id, options, _clock.Provider) : null;
        return Plan(options, rate, generation: 0);
    }

    private NamedPlan PlanOf(IReadOnlyList<string> names, LimiterOptions options)
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

    /// <summary>From now on does what was prepared.</summary>
    public void Change(NamedPlan prepared)
    {
        ThrowIfInside();
        lock (_changes)
        {
            ThrowIfDisposed();
            Replace(prepared, anew: false);
        }
    }

    /// <summary>Whether the store that the limiter uses has become available, or is so no more, since it was made.</summary>
    public bool HasStoreChanged
    {
        get
        {
            NamedPlan plan = _cell.Current;
            return (_others.WhyUnavailable(Owner.Id, plan.Options.Store) is null) != (plan.Unavailable is null);
        }
    }

    public void EnsureAvailable()
    {
        ThrowIfDisposed();
        if (_cell.Current.Unavailable is { } unavailable)
        {
            throw unavailable();
        }
    }

    /// <summary>Begins anew, as if nothing had been spent.</summary>
    public void Reset()
    {
        ThrowIfInside();
        lock (_changes)
        {
            ThrowIfDisposed();
            _lastRate = null;
            if (_cell.Current.Rate is not null)
            {
                Replace(Prepare(_cell.Current.Options), anew: true);
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
            NamedPlan plan = _cell.Current;
            plan.Rate?.Dispose();
            _slots?.Dispose();
            plan.Composite?.Dispose();
            using Held<TAtomics> line = new(_gate);
            Serve();
            _room?.Dispose();
        }
    }

    private void ThrowIfInside()
    {
        if (Era.IsInside)
        {
            throw new InvalidOperationException(
                $"{Owner.Id} cannot be changed from within one of its own calls, such as by its TimeProvider: change it from elsewhere.");
        }
    }

    /// <summary>Puts a plan in place of the present one. If the caller's clock throws meanwhile, the present one stays.</summary>
    /// <param name="prepared">What the limiter is to do.</param>
    /// <param name="anew">Whether what was spent is forgotten.</param>
    private void Replace(NamedPlan prepared, bool anew)
    {
        NamedPlan old = _cell.Current;
        NamedPlan next = old;
        try
        {
            Close(old);
            if (TAtomics.Has(Defect.OpenedBeforeCarry))
            {
                _cell.Open(prepared);
            }

            next = Carry(old, prepared, anew);
        }
        finally
        {
            if (ReferenceEquals(next, old))
            {
                old.Rate?.Engine.Thaw();
            }

            _cell.Open(next);
            using Held<TAtomics> line = new(_gate);
            _line.SetOrder(next.Options.Fair, next.Options.Weights);
            SetDirect();
            Serve();
        }
    }

    /// <summary>Begins a call.</summary>
    /// <param name="plan">What the limiter does at present.</param>
    /// <returns>
    /// True if it has parts of its own: the plan stays as it is until the era is left. False if it refers to other limiters, with no era to
    /// leave: a change of one of those would wait for this call, which would wait for the change.
    /// </returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private bool TryEnter(out NamedPlan plan)
    {
        while (true)
        {
            if (!_cell.TryEnter(out plan))
            {
                AwaitPlan(plan);
            }
            else if (plan.Composite is null && !Volatile.Read(ref _disposed))
            {
                return true;
            }
            else
            {
                PlanCell<NamedPlan, TAtomics>.Leave();
                ThrowIfDisposed();
                return false;
            }
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
        while (ReferenceEquals(plan, _cell.Current))
        {
            TAtomics.Pause(ref spin, () => !ReferenceEquals(plan, _cell.Current));
        }
    }

    /// <summary>Lets nobody begin a call by the plan any more, and waits until those who have are done.</summary>
    private void Close(NamedPlan plan)
    {
        NamedPlan closed = new()
        {
            Options = plan.Options,
            IsReady = false,
            Limit = plan.Limit,

            // Not to be used, but whoever asks what kind of limiter this is gets the same answer as ever.
            Rate = plan.Rate,
            Slots = plan.Slots,
            Composite = plan.Composite,
        };
        using (Held<TAtomics> line = new(_gate))
        {
            _direct.Direct = null;
            _cell.Close(closed);
        }

        if (!Has(Defect.ChangedWithoutGrace))
        {
            PlanCell<NamedPlan, TAtomics>.AwaitCalls();
        }
    }

    /// <summary>Whether plain calls may go to a part directly. Within the line's lock.</summary>
    private void SetDirect()
    {
        NamedPlan plan = _cell.Current;
        _direct.Direct = plan.IsReady && TAtomics.LoadAcquire(ref _waiting) == 0 && !_disposed ? plan.Direct : null;
    }

    /// <summary>Moves what was spent into what was prepared. Nobody else uses either meanwhile.</summary>
    private NamedPlan Carry(NamedPlan old, NamedPlan prepared, bool anew)
    {
        bool keepsRate = !anew && old.Rate is not null && prepared.Rate is not null && PartFactory.IsSameRate(old.Options, prepared.Options);
        if (!keepsRate && !Has(Defect.ChangedWithoutFreeze))
        {
            // Plain calls may still be at it: from here on they get nothing there, and look where to go instead.
            old.Rate?.Engine.Freeze();
        }

        Limiter? spender = old.Rate ?? _lastRate;
        int generation = _generation;
        if (prepared.Rate is not null && !keepsRate)
        {
            bool knowsPermits = !anew && spender is not null && prepared.Rate.Engine.Inherit(spender.Engine.Export());
            generation += knowsPermits ? 0 : 1;
        }

        if (prepared.Options.MaxConcurrent is { } slots && _slots is not null && prepared.Slots is not null)
        {
            _slots.Resize(slots);
        }

        bool hasParts = prepared.Composite is null && prepared.Unavailable is null;
        NamedPlan next = hasParts ? Plan(prepared.Options, keepsRate ? old.Rate : prepared.Rate, generation) : prepared;
        _past = CountsAfter(old, next);
        _lastRate = next.Rate is null ? spender : null;
        _generation = generation;
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

        LimiterMetrics slots = _slots?.GetMetrics() ?? default;
        LimiterMetrics rate = old.Rate?.GetMetrics() ?? default;
        SlotTally own = _tally.Sum();
        LimiterMetrics now = old.Composite is { } composite ? MetricsOf(composite) : MetricsOf(old, rate, slots, own);
        if (!ReferenceEquals(old.Rate, next.Rate))
        {
            rate = default;
        }

        return new PastCounts
        {
            Acquisitions = now.TotalAcquisitions,
            Permits = now.TotalPermits,

            // Its own are always counted on top.
            Refusals = now.Refusals - (own.Refusals - own.AskedToWait),
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
