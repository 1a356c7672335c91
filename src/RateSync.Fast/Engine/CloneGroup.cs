using System.Globalization;
using RateSync.Fast.Algorithms;
using RateSync.Fast.State;
using RateSync.Fast.Time;
using RateSync.Fast.Waiting;

namespace RateSync.Fast.Engine;

/// <summary>
/// The clones of a named limiter that have the same limits: slots and a rate for each key, all or nothing.
/// </summary>
/// <remarks>
/// Slots are taken first and given back when the rate refuses. Somebody who comes in between may find a slot taken that nobody keeps;
/// whoever waits for
/// it is woken.
/// </remarks>
internal sealed partial class CloneGroup : IKeyTaker, IPermitOwner, IDisposable
{
    private const int RoomLooksPerSecond = 20;

    private readonly Clock _clock;
    private readonly Tally _tally = new();
    private readonly Lock _linesGate = new();
    private readonly string _rateName;
    private readonly string _slotsName;
    private ClonePlan _plan;
    private KeyLines? _lines;
    private bool _disposed;

    public CloneGroup(string id, LimiterOptions options, Clock clock)
    {
        Id = id;
        _rateName = id + "/rate";
        _slotsName = id + "/concurrency";
        _clock = clock;
        _plan = ClonePlan.For(id, options, null, clock);
    }

    /// <summary>What a take was decided by.</summary>
    private enum By
    {
        Rate,
        Slots,
    }

    public string Id { get; }

    public Clock Clock => _clock;

    public string OwnerName => typeof(LimiterClone).FullName!;

    public long MostPermits => Plan.Limit;

    public int QueueLimit => Plan.QueueLimit;

    public TimeSpan DefaultTimeout => Plan.Timeout;

    private ClonePlan Plan => Volatile.Read(ref _plan);

    /// <summary>Under the table's lock.</summary>
    public void Change(LimiterOptions options)
    {
        Volatile.Write(ref _plan, ClonePlan.For(Id, options, _plan, _clock));
        Volatile.Read(ref _lines)?.ServeAll();
    }

    public bool TryAcquire(in KeyHash key, int permits)
    {
        CheckPermits(permits);
        KeyVerdict verdict = default;
        bool granted = !IsWaitedFor(key) && (permits == 0 ? Peek(key, 1).Allowed : TryTake(key, permits, ref verdict));
        if (permits > 0)
        {
            Count(granted, permits);
        }

        return granted || Plan.Shadow;
    }

    public Decision Attempt(in KeyHash key, int permits)
    {
        CheckPermits(permits);
        if (permits == 0)
        {
            return Peek(key, 1);
        }

        Decision decision = Decide(key, permits);
        Count(decision.Allowed, permits);
        return InShadow(decision);
    }

    public Decision Peek(in KeyHash key, int permits)
    {
        CheckPermits(permits);
        if (IsWaitedFor(key))
        {
            return InShadow(Behind(key, permits));
        }

        Description now = Look(Plan, key, Math.Max(1, permits), out By by);
        return InShadow(now.Missing == 0 ? Answer(now, by) with { Allowed = true } : Refusal(now, by, RefusalReason.NotEnoughPermits));
    }

    public void Release(in KeyHash key, int permits)
    {
        Check.AtLeast(permits, 1, nameof(permits));
        ClonePlan plan = Plan;
        if (!TryRelease(key, permits) && !plan.SlotsCameLater && !plan.Shadow)
        {
            throw new SemaphoreFullException($"{Id}: the key has fewer slots out than were to be given back. Those taken with overrides go back with the same overrides.");
        }
    }

    /// <summary>False if the key has fewer slots out. They may have been taken before the limit had slots, or in shadow.</summary>
    public bool TryRelease(in KeyHash key, int permits)
    {
        if (Plan.Slots is not { } slots)
        {
            return true;
        }

        bool given = slots.Refund(key, permits);
        Volatile.Read(ref _lines)?.WakeUp(key);
        return given;
    }

    Limiter? IPermitOwner.Granter => null;

    void IPermitOwner.Close(in Permit permit, int permits)
    {
        int slots = KeyPermits.Close(permit, permits, out KeyHash key);
        if (slots > 0)
        {
            // No exception: they were taken, whatever the limiter has become since.
            TryRelease(key, slots);
        }
    }

    void IPermitOwner.Refund(in Permit permit, int permits)
    {
        if (KeyPermits.HasRate(permit, out KeyHash key))
        {
            Refund(key, permits);
        }
        else if (permit.Record!.Booking == KeyPermits.NoRate)
        {
            ((IPermitOwner)this).Close(permit, permits);
        }
    }

    void IPermitOwner.TakeIntoDebt(in Permit permit, long permits, string parameter)
    {
        if (!KeyPermits.HasRate(permit, out KeyHash key) || Plan.Rate is not { } rate || !rate.TryCharge(key, permits))
        {
            Check.Throw(
                parameter,
                permits + permit.Permits,
                $"The difference must fit the key's debt, which only a rate has, and be stated before the permit is disposed of: {permit.Permits} were granted.");
        }
    }

    public void Refund(in KeyHash key, int permits)
    {
        Check.AtLeast(permits, 0, nameof(permits));
        if (permits > 0 && Plan.Rate is { } rate)
        {
            rate.Refund(key, permits);
            Volatile.Read(ref _lines)?.WakeUp(key);
        }
    }

    public void Settle(in KeyHash key, int granted, int actual)
    {
        Check.AtLeast(granted, 0, nameof(granted));
        Check.AtLeast(actual, 0, nameof(actual));
        if (actual <= granted)
        {
            Refund(key, granted - actual);
        }
        else if (Plan.Rate is not { } rate || !rate.TryCharge(key, actual - granted))
        {
            Check.Throw(nameof(actual), actual, "The difference must fit the key's debt, and a limit on concurrency has none.");
        }
    }

    public KeyedMetrics GetMetrics()
    {
        ClonePlan plan = Plan;
        SlotTally sum = _tally.Sum();
        KeyLines? lines = Volatile.Read(ref _lines);
        return new KeyedMetrics
        {
            LimiterId = Id,
            TotalAcquisitions = sum.Acquisitions,
            Refusals = sum.Refusals - sum.AskedToWait,
            TotalWaits = lines?.Figures.Waits ?? 0,
            TotalWaitTimeMs = (lines?.Figures.Ticks ?? 0) * 1000.0 / _clock.Frequency,
            MaxWaitTimeMs = (lines?.Figures.Longest ?? 0) * 1000.0 / _clock.Frequency,
            Timeouts = lines?.Figures.Timeouts ?? 0,
            Cancellations = lines?.Figures.Cancellations ?? 0,
            Waiting = lines?.Waiting ?? 0,
            Keys = Math.Max(plan.Rate?.Count ?? 0, plan.Slots?.Count ?? 0),
            MemoryBytes = (plan.Rate?.Bytes ?? 0) + (plan.Slots?.Bytes ?? 0),
            Overflowed = (plan.Rate?.Overflowed ?? 0) + (plan.Slots?.Overflowed ?? 0),
        };
    }

    public void Dispose()
    {
        Volatile.Write(ref _disposed, true);
        lock (_linesGate)
        {
            _lines?.Dispose();
        }
    }

    Decision IKeyTaker.Granted(in KeyHash key, in KeyVerdict verdict, int permits, long waiting)
    {
        if (permits > 0)
        {
            _tally.Acquired(ThreadSlot.Current, permits);
        }

        return Grant(key, verdict, permits, verdict.ByRate ? By.Rate : By.Slots) with { Waiting = waiting };
    }

    Decision IKeyTaker.Refused(in KeyHash key, int permits, RefusalReason reason, long waiting, long queuedPermits)
    {
        int asked = Math.Max(1, permits);
        Description now = Look(Plan, key, asked, out By by);
        long retry = Math.Max(now.RetryTicks, ((IKeyTaker)this).LeastWait(key, queuedPermits + asked));
        return Refusal(now with { RetryTicks = retry }, by, reason) with { Waiting = waiting };
    }

    private Decision Decide(in KeyHash key, int permits)
    {
        if (IsWaitedFor(key))
        {
            return Behind(key, permits);
        }

        KeyVerdict verdict = new() { Explain = true };
        return TryTake(key, permits, ref verdict, out By by, out bool undone)
            ? Grant(key, verdict, permits, by)
            : AfterRefusal(key, undone, Refusal(verdict, permits, by));
    }

    /// <summary>Takes permits past the lines.</summary>
    private bool TryTake(in KeyHash key, int permits, ref KeyVerdict verdict)
    {
        bool granted = TryTake(key, permits, ref verdict, out _, out bool undone);
        return granted || AfterRefusal(key, undone, answer: false);
    }

    private T AfterRefusal<T>(in KeyHash key, bool undone, T answer)
    {
        if (undone)
        {
            // Somebody may have begun to wait for the slot that was held for a moment.
            Volatile.Read(ref _lines)?.WakeUp(key);
        }

        return answer;
    }

    private bool TryTake(in KeyHash key, int permits, ref KeyVerdict verdict, out By by, out bool undone)
    {
        ClonePlan plan = Plan;
        undone = false;
        by = By.Slots;
        int slots = plan.SlotsFor(permits);
        if (plan.Slots is not null && !plan.Slots.TryTake(key, slots, ref verdict))
        {
            return false;
        }

        verdict.SlotsTaken = plan.Slots is not null ? slots : 0;
        if (plan.Rate is null)
        {
            return true;
        }

        by = By.Rate;
        bool granted = false;
        bool answered = false;
        try
        {
            granted = plan.Rate.TryTake(key, permits, ref verdict);
            answered = true;
            return granted;
        }
        finally
        {
            // Also when the caller's clock throws.
            if (!granted && plan.Slots is not null)
            {
                plan.Slots.Refund(key, slots);
                verdict.SlotsTaken = 0;
                undone = true;
                _ = answered || AfterRefusal(key, undone, answer: false);
            }
        }
    }

    /// <summary>How a key stands by the part that would refuse it, or else by its rate.</summary>
    private static Description Look(ClonePlan plan, in KeyHash key, int permits, out By by)
    {
        by = By.Slots;
        Description slots = default;
        if (plan.Slots is not null)
        {
            slots = plan.Slots.Peek(key, plan.SlotsFor(permits));
            if (slots.Missing > 0 || plan.Rate is null)
            {
                return slots;
            }
        }

        by = By.Rate;
        return plan.Rate!.Peek(key, permits);
    }

    private void Count(bool granted, int permits)
    {
        if (granted)
        {
            _tally.Acquired(ThreadSlot.Current, permits);
        }
        else
        {
            _tally.Refused(ThreadSlot.Current);
        }
    }

    /// <summary>A shadow never refuses; the reason tells that it would have.</summary>
    private Decision InShadow(in Decision decision) => decision.Allowed || !Plan.Shadow ? decision : decision with { Allowed = true, IsShadowed = true };

    private Decision Grant(in KeyHash key, in KeyVerdict verdict, int permits, By by) => Answer(verdict.Description, by) with
    {
        Allowed = true,
        Permit = KeyPermits.Open(this, key, permits, verdict.SlotsTaken, rate: by == By.Rate),
    };

    private Decision Refusal(in KeyVerdict verdict, int permits, By by)
    {
        Description now = verdict.Description;
        bool noRoom = verdict.Overflowed && now.Missing == 0;
        return Refusal(
            now with { Missing = Math.Max(now.Missing, noRoom ? permits : 1) },
            by,
            noRoom ? RefusalReason.TooManyKeys : RefusalReason.NotEnoughPermits);
    }

    private Decision Refusal(in Description description, By by, RefusalReason reason) => Answer(description, by) with
    {
        // Which of the two it was, where there are two.
        LimiterId = Plan is { Rate: not null, Slots: not null } ? by == By.Slots ? _slotsName : _rateName : Id,
        Reason = reason,
        Missing = Math.Max(1, description.Missing),
        RetryAfter = by == By.Slots ? Timeout.InfiniteTimeSpan : _clock.ToTimeSpan(description.RetryTicks),
    };

    private Decision Answer(in Description description, By by)
    {
        ClonePlan plan = Plan;
        long limit = (by == By.Slots ? plan.Slots : plan.Rate)?.Limit ?? plan.Limit;
        return new Decision
        {
            LimiterId = Id,
            Limit = limit,
            Remaining = description.Remaining,
            ResetAfter = by == By.Rate ? _clock.ToTimeSpan(description.ResetTicks)
                : description.Remaining == limit ? TimeSpan.Zero
                : Timeout.InfiniteTimeSpan,
        };
    }

    private void CheckPermits(int permits)
    {
        ThrowIfDisposed();
        long limit = Plan.Limit;
        if (permits < 0 || permits > limit)
        {
            Check.Throw(
                nameof(permits),
                permits,
                string.Create(CultureInfo.InvariantCulture, $"It must be from 0 to {limit}, the most that {Id} can ever grant a key at once."));
        }
    }

    private void ThrowIfDisposed() => ObjectDisposedException.ThrowIf(Volatile.Read(ref _disposed), typeof(LimiterClone));
}
