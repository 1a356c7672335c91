using RateSync.Fast.State;
using RateSync.Fast.Waiting;

namespace RateSync.Fast.Named;

/// <content>What the limiter says about itself.</content>
internal sealed partial class NamedEngine<TAtomics>
{
    public Decision Peek(int permits) => Peek(new AcquireOptions { Permits = permits });

    public Decision Peek(int permits, long keep) => Peek(permits);

    /// <summary>What an attempt would answer now.</summary>
    public Decision Peek(in AcquireOptions options)
    {
        if (!TryEnter(out NamedPlan plan))
        {
            return plan.Composite!.Engine.Peek(options.Permits);
        }

        try
        {
            Decision now = Describe(plan, options.Permits, options.Priority);
            return IsHeldByLine(options.Priority) ? HeldByLine(plan, now, options.Permits) : now;
        }
        finally
        {
            PlanCell<NamedPlan, TAtomics>.Leave();
        }
    }

    public LimiterState GetState()
    {
        if (!TryEnter(out NamedPlan plan))
        {
            return plan.Composite!.GetState() with { LimiterId = Owner.Id };
        }

        try
        {
            Decision now = Describe(plan, 1, Priority.Normal);
            bool line = IsHeldByLine(Priority.Normal);
            Decision shown = line ? HeldByLine(plan, now, 1) : now;
            return new LimiterState
            {
                LimiterId = Owner.Id,
                Allowed = shown.Allowed,
                Limit = now.Limit,
                Remaining = now.Remaining,
                RetryAfter = shown.RetryAfter,
                ResetAfter = now.ResetAfter,
                ResetAt = now.ResetAfter < TimeSpan.Zero ? null : Later(_clock.Provider.GetUtcNow(), now.ResetAfter),
                Waiting = TAtomics.LoadAcquire(ref _waiting),
                QueuedPermits = TAtomics.LoadAcquire(ref _queuedPermits),
            };
        }
        finally
        {
            PlanCell<NamedPlan, TAtomics>.Leave();
        }
    }

    public LimiterMetrics GetMetrics()
    {
        if (!TryEnter(out NamedPlan plan))
        {
            return MetricsOf(plan.Composite!);
        }

        try
        {
            return MetricsOf(plan, plan.Rate?.GetMetrics() ?? default, _slots?.GetMetrics() ?? default, _tally.Sum());
        }
        finally
        {
            PlanCell<NamedPlan, TAtomics>.Leave();
        }
    }

    private LimiterMetrics MetricsOf(CompositeLimiter composite)
    {
        LimiterMetrics parts = composite.GetMetrics();
        PastCounts past = Volatile.Read(ref _past);
        SlotTally own = _tally.Sum();
        WaitFigures? waits = Volatile.Read(ref _room)?.Figures;
        return parts with
        {
            LimiterId = Owner.Id,
            TotalAcquisitions = past.Acquisitions + parts.TotalAcquisitions,
            TotalPermits = past.Permits + parts.TotalPermits,
            Refusals = Math.Max(0, past.Refusals + parts.Refusals + own.Refusals - own.AskedToWait),
            ShadowRefusals = Volatile.Read(ref _shadowRefusals),
            TotalWaits = parts.TotalWaits + (waits?.Waits ?? 0),
            TotalWaitTimeMs = parts.TotalWaitTimeMs + ((waits?.Ticks ?? 0) * 1000.0 / _clock.Frequency),
            MaxWaitTimeMs = Math.Max(parts.MaxWaitTimeMs, (waits?.Longest ?? 0) * 1000.0 / _clock.Frequency),
            Timeouts = parts.Timeouts + (waits?.Timeouts ?? 0),
            Cancellations = parts.Cancellations + (waits?.Cancellations ?? 0),
            LastAcquisitionAt = Latest(past.LastAcquisitionAt, parts.LastAcquisitionAt),
        };
    }

    /// <summary>The limiter's counts, made of those of its parts at one moment: plain calls may be at them at the same time.</summary>
    private LimiterMetrics MetricsOf(NamedPlan plan, in LimiterMetrics rate, in LimiterMetrics slots, in SlotTally own)
    {
        WaitFigures? waits = Volatile.Read(ref _room)?.Figures;
        PastCounts past = Volatile.Read(ref _past);
        bool both = IsBoth(plan);
        bool onlySlots = plan.Rate is null;
        long acquisitions = past.Acquisitions
            + (both ? own.Acquisitions - past.OwnAcquisitions
                : onlySlots ? slots.TotalAcquisitions - past.SlotAcquisitions
                : rate.TotalAcquisitions - past.RateAcquisitions);
        long permits = past.Permits
            + (both ? own.Permits - past.OwnPermits
                : onlySlots ? slots.TotalPermits - past.SlotPermits
                : rate.TotalPermits - past.RatePermits);
        long refusals = past.Refusals + own.Refusals - own.AskedToWait
            + (both ? 0 : onlySlots ? slots.Refusals - past.SlotRefusals : rate.Refusals - past.RateRefusals);
        return new LimiterMetrics
        {
            LimiterId = Owner.Id,
            TotalAcquisitions = acquisitions,
            TotalPermits = permits,
            Refusals = Math.Max(0, refusals),
            ShadowRefusals = Volatile.Read(ref _shadowRefusals),
            TotalWaits = waits?.Waits ?? 0,
            TotalWaitTimeMs = (waits?.Ticks ?? 0) * 1000.0 / _clock.Frequency,
            MaxWaitTimeMs = (waits?.Longest ?? 0) * 1000.0 / _clock.Frequency,
            Timeouts = waits?.Timeouts ?? 0,
            Cancellations = waits?.Cancellations ?? 0,
            CasFailures = rate.CasFailures + slots.CasFailures,
            LastAcquisitionAt = Latest(past.LastAcquisitionAt, plan.Rate is null ? slots.LastAcquisitionAt : rate.LastAcquisitionAt),
            CurrentConcurrent = slots.CurrentConcurrent,
            MaxConcurrentReached = slots.MaxConcurrentReached,
            TotalReleases = slots.TotalReleases,
            Waiting = TAtomics.LoadAcquire(ref _waiting),
        };
    }

    /// <summary>How the parts stand together: the one that refuses, or is nearest to it, is described.</summary>
    private Decision Describe(NamedPlan plan, int permits, Priority priority)
    {
        Decision rate = plan.Rate?.Engine.Peek(permits, plan.RateKeep(priority)) ?? default;
        Decision slots = plan.Slots?.Engine.Peek(plan.SlotsFor(permits), plan.SlotKeep(priority)) ?? default;
        Decision shown;
        bool bySlots = plan.Rate is null;
        if (plan.Rate is null || plan.Slots is null)
        {
            shown = plan.Rate is null ? slots : rate;
        }
        else
        {
            // By shares: a slot and a permit of the rate are not the same thing, of which a call may take one and a thousand.
            bySlots = slots.Allowed == rate.Allowed
                ? (Int128)slots.Remaining * rate.Limit < (Int128)rate.Remaining * slots.Limit
                : rate.Allowed;
            shown = (bySlots ? slots : rate) with
            {
                Allowed = slots.Allowed && rate.Allowed,
                RetryAfter = Longer(slots.RetryAfter, rate.RetryAfter),
                ResetAfter = Longer(slots.ResetAfter, rate.ResetAfter),
            };
        }

        return shown with
        {
            LimiterId = shown.Allowed ? Owner.Id : NameOf(plan, bySlots),
            Waiting = TAtomics.LoadAcquire(ref _waiting),
        };
    }

    /// <summary>Which of the parts it is, where there are two.</summary>
    private string NameOf(NamedPlan plan, bool bySlots) => !IsBoth(plan) ? Owner.Id : bySlots ? plan.SlotsName : plan.RateName;

    private Decision Explain(NamedPlan plan, int permits, Priority priority, bool granted, bool line, Limiter? refuser)
    {
        if (granted)
        {
            return Describe(plan, 1, Priority.Critical) with
            {
                LimiterId = Owner.Id,
                Allowed = true,
                Reason = RefusalReason.None,
                Missing = 0,
                RetryAfter = TimeSpan.Zero,
            };
        }

        Decision now = Describe(plan, permits, priority);
        if (line)
        {
            return HeldByLine(plan, now, permits);
        }

        return !now.Allowed
            ? now
            : now with
            {
                // It has changed since: say which part it was.
                Allowed = false,
                LimiterId = refuser is null ? Owner.Id : NameOf(plan, ReferenceEquals(refuser, plan.Slots)),
                Reason = RefusalReason.NotEnoughPermits,
                Missing = 1,
            };
    }

    private Decision HeldByLine(NamedPlan plan, in Decision now, int permits)
    {
        TimeSpan retry = now.RetryAfter;
        long ahead = TAtomics.LoadAcquire(ref _queuedPermits);
        if (plan.Rate is not null && retry != Timeout.InfiniteTimeSpan)
        {
            retry = Longer(retry, plan.Rate.Engine.Peek((int)Math.Min(ahead + permits, int.MaxValue)).RetryAfter);
        }

        return now with
        {
            Allowed = false,
            Reason = RefusalReason.WaitersInLine,
            Missing = Math.Max(1, now.Missing),
            RetryAfter = plan.Rate is null ? Timeout.InfiniteTimeSpan : retry,
        };
    }

    private static TimeSpan Longer(TimeSpan a, TimeSpan b) =>
        a == Timeout.InfiniteTimeSpan || b == Timeout.InfiniteTimeSpan ? Timeout.InfiniteTimeSpan : a > b ? a : b;

    private static DateTimeOffset? Latest(DateTimeOffset? a, DateTimeOffset? b) => a is null || b > a ? b : a;

    private static DateTimeOffset Later(DateTimeOffset now, TimeSpan span) =>
        DateTimeOffset.MaxValue - now < span ? DateTimeOffset.MaxValue : now + span;
}
