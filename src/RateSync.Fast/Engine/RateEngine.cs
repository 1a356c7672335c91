using RateSync.Fast.Algorithms;
using RateSync.Fast.State;
using RateSync.Fast.Telemetry;
using RateSync.Fast.Time;
using RateSync.Fast.Waiting;

namespace RateSync.Fast.Engine;

/// <summary>What all rate limits share, whatever their arithmetic: attempts with reasons, waiting, refunds, figures.</summary>
internal sealed class RateEngine<TReservoir, TAtomics> : ILimiterEngine, ILine
    where TReservoir : struct, IReservoir
    where TAtomics : struct, IAtomics
{
    private readonly ShardedReservoir<TReservoir, TAtomics> _tokens;
    private readonly Clock _clock;
    private readonly Lock _roomGate = new();
    private readonly LastSeen _lastSeen;
    private WaitingRoom? _room;

    public RateEngine(Limiter owner, ShardedReservoir<TReservoir, TAtomics> tokens)
    {
        Owner = owner;
        _tokens = tokens;
        _tokens.Owner = owner;
        _clock = tokens.Clock;
        _lastSeen = new LastSeen(_clock.Now());
    }

    public Limiter Owner { get; }

    public long Limit => _tokens.Reservoir.Limit;

    public double DeclaredExcess => _tokens.Reservoir.DeclaredExcess;

    public long DeclaredShortfall => _tokens.Reservoir.Chunks.Shortfall;

    public bool TryTake(int permits) => _tokens.TryTake(ThreadSlot.Current, permits);

    public bool HasSlots => false;

    public bool NeedsPermit => _tokens.Reservoir.HasBookings;

    public void Undo(int permits) => _tokens.Refund(permits, stamp: 0);

    public void Undo(in Permit permit) => _tokens.Refund(permit.Permits, permit.Stamp);

    public bool TryTake(int permits, out Permit permit)
    {
        Verdict verdict = default;
        if (_tokens.TryTake(ThreadSlot.Current, permits, ref verdict))
        {
            permit = PermitFor(permits, StampOf(verdict));
            return true;
        }

        permit = default;
        return false;
    }

    public bool TryTake(int permits, long keep, out Permit permit)
    {
        Verdict verdict = default;
        bool granted = _tokens.TryTakeKeeping(ThreadSlot.Current, permits, keep, ref verdict);
        permit = granted ? PermitFor(permits, StampOf(verdict)) : default;
        return granted;
    }

    public Decision Attempt(int permits, long keep)
    {
        Verdict verdict = default;
        return _tokens.TryTakeKeeping(ThreadSlot.Current, permits, keep, ref verdict)
            ? Keeping(GrantedAfterWaiting(PermitFor(permits, StampOf(verdict))), permits, keep)
            : Keeping(Refusal(_tokens.Explain(verdict, permits + keep), ReasonOf(verdict)), permits, keep);
    }

    public Decision Peek(int permits, long keep)
    {
        ThrowIfDisposed();
        Description now = _tokens.Peek(permits + keep, out bool line);
        return Keeping(
            line || now.Missing > 0
                ? Refusal(AfterLine(now, permits + keep), line ? RefusalReason.WaitersInLine : RefusalReason.NotEnoughPermits)
                : Answer(now) with { Allowed = true },
            permits,
            keep);
    }

    public void Freeze() => _tokens.Freeze();

    public void Thaw() => _tokens.Thaw();

    public Carryover Export() => _tokens.Export();

    public bool Inherit(in Carryover spent) => _tokens.Inherit(spent);

    public Decision Attempt(int permits)
    {
        Verdict verdict = new() { Explain = true };
        if (!_tokens.TryTake(ThreadSlot.Current, permits, ref verdict))
        {
            return Refusal(_tokens.Explain(verdict, permits), ReasonOf(verdict));
        }

        return GrantedAfterWaiting(PermitFor(permits, StampOf(verdict)));
    }

    public Decision Peek(int permits)
    {
        ThrowIfDisposed();
        Description now = _tokens.Peek(permits, out bool line);
        return line || now.Missing > 0
            ? Refusal(AfterLine(now, permits), line ? RefusalReason.WaitersInLine : RefusalReason.NotEnoughPermits)
            : Answer(now) with { Allowed = true };
    }

    public ValueTask<Permit> AcquireAsync(int permits, TimeSpan timeout, CancellationToken cancellationToken)
    {
        if (TakeOrSee(permits, out Permit permit))
        {
            return new ValueTask<Permit>(permit);
        }

        RefusalReason reason = Wait(permits, timeout, cancellationToken, out PermitWaiter? waiter);
        return reason switch
        {
            RefusalReason.None => new ValueTask<Permit>(waiter!, waiter!.Version),
            RefusalReason.QueueFull => ValueTask.FromException<Permit>(new RateLimitRejectedException(RefusedWait(permits, reason))),
            _ => ValueTask.FromException<Permit>(new RateLimitTimeoutException(RefusedWait(permits, reason), timeout)),
        };
    }

    public ValueTask<Decision> AttemptAsync(int permits, TimeSpan timeout, CancellationToken cancellationToken)
    {
        if (TakeOrSee(permits, out Permit permit))
        {
            return new ValueTask<Decision>(GrantedAfterWaiting(permit));
        }

        RefusalReason reason = Wait(permits, timeout, cancellationToken, out PermitWaiter? waiter);
        return reason == RefusalReason.None
            ? new ValueTask<Decision>(waiter!, waiter!.Version)
            : new ValueTask<Decision>(RefusedWait(permits, reason));
    }

    public Permit PermitFor(int permits, long stamp) => new(this, permits, stamp, null);

    public Decision GrantedAfterWaiting(in Permit permit) =>
        Answer(_tokens.Peek(1, out _)) with { Allowed = true, Permit = permit };

    public Decision TimedOut(int permits) => RefusedWait(permits, RefusalReason.TimedOut);

    public void Close(in Permit permit, int permits)
    {
    }

    public void Refund(in Permit permit, int permits) => _tokens.Refund(permits, permit.Stamp);

    public void TakeIntoDebt(in Permit permit, long permits, string parameter)
    {
        ThrowIfDisposed();
        if (!_tokens.TakeIntoDebt(permits))
        {
            throw new ArgumentOutOfRangeException(
                parameter, permits + permit.Permits, $"{Owner.Id} is so deep in debt that its word cannot hold {permits} permits more.");
        }
    }

    public void Release(int permits)
    {
    }

    public void WakeUp() => _tokens.ServeLine();

    public bool Leave(WaitNode node, LeaveReason reason) => _tokens.Leave(node, reason);

    public LimiterState GetState()
    {
        Description now = _tokens.Peek(1, out bool line);
        TimeSpan reset = _clock.ToTimeSpan(now.ResetTicks);
        return new LimiterState
        {
            LimiterId = Owner.Id,
            Allowed = now.Missing == 0 && !line,
            Limit = Limit,
            Remaining = now.Remaining,
            RetryAfter = _clock.ToTimeSpan((line ? AfterLine(now, 1) : now).RetryTicks),
            ResetAfter = reset,
            ResetAt = Later(_clock.Provider.GetUtcNow(), reset),
            Waiting = _tokens.Waiting,
            QueuedPermits = _tokens.QueuedPermits,
        };
    }

    public LimiterMetrics GetMetrics()
    {
        SlotTally count = _tokens.Count();
        WaitFigures? waits = Volatile.Read(ref _room)?.Figures;
        return new LimiterMetrics
        {
            LimiterId = Owner.Id,
            TotalAcquisitions = count.Acquisitions,
            TotalPermits = count.Permits,
            Refusals = count.Refusals - count.AskedToWait,
            TotalWaits = waits?.Waits ?? 0,
            TotalWaitTimeMs = Milliseconds(waits?.Ticks ?? 0),
            MaxWaitTimeMs = Milliseconds(waits?.Longest ?? 0),
            Timeouts = waits?.Timeouts ?? 0,
            Cancellations = waits?.Cancellations ?? 0,
            LastAcquisitionAt = _clock.ToWallClock(_lastSeen.Read(count.Acquisitions, _clock.Now(), _tokens.LastGrant)),
            Waiting = _tokens.Waiting,
        };
    }

    public void Dispose()
    {
        _tokens.Dispose();
        lock (_roomGate)
        {
            _room?.Dispose();
        }
    }

    private static DateTimeOffset Later(DateTimeOffset now, TimeSpan span) =>
        DateTimeOffset.MaxValue - now < span ? DateTimeOffset.MaxValue : now + span;

    private static RefusalReason ReasonOf(in Verdict verdict) =>
        verdict.Outcome.HeldByLine ? RefusalReason.WaitersInLine : RefusalReason.NotEnoughPermits;

    /// <summary>Where a grant was booked; what came from a cell has not seen the reservoir.</summary>
    private long StampOf(in Verdict verdict) => verdict.Outcome.Stamp != 0 ? verdict.Outcome.Stamp : _tokens.Reservoir.StampOfCells(_clock);

    /// <summary>Takes permits; none at all are "taken" when one would be granted.</summary>
    private bool TakeOrSee(int permits, out Permit permit)
    {
        if (permits != 0)
        {
            return TryTake(permits, out permit);
        }

        permit = PermitFor(0, 0);
        return Peek(1).Allowed;
    }

    /// <summary>Joins the line, or says why not.</summary>
    private RefusalReason Wait(int permits, TimeSpan timeout, CancellationToken cancellationToken, out PermitWaiter? waiter)
    {
        waiter = null;
        ThrowIfDisposed();
        if (timeout == TimeSpan.Zero)
        {
            return RefusalReason.NotEnoughPermits;
        }

        if (permits > 0)
        {
            _tokens.Tally.AskedToWait(ThreadSlot.Current);
        }

        WaitingRoom room = Room();
        if (timeout != Timeout.InfiniteTimeSpan)
        {
            Description now = AfterLine(_tokens.Peek(Math.Max(1, permits), out _), permits);
            if (_clock.ToTimeSpan(now.RetryTicks) > timeout)
            {
                room.Figures.AddTimeout();
                return RefusalReason.WaitTooLong;
            }
        }

        PermitWaiter node = room.Prepare(permits, 1, timeout, cancellationToken);
        try
        {
            if (!_tokens.Join(node))
            {
                WaiterPool.Return(node);
                return RefusalReason.QueueFull;
            }

            room.Watch(node);
        }
        catch
        {
            room.Abandon(node);
            throw;
        }

        waiter = node;
        return RefusalReason.None;
    }

    private WaitingRoom Room()
    {
        WaitingRoom? room = Volatile.Read(ref _room);
        if (room is not null)
        {
            return room;
        }

        // A lock: taken once, at a limiter's first wait.
        lock (_roomGate)
        {
            if (_room is null)
            {
                room = new WaitingRoom(this, this, _clock, TAtomics.Has(Defect.DisposesRegistrationInLock));
                _tokens.UseLine(new WaitLine<TAtomics>(), room);
                Volatile.Write(ref _room, room);
            }

            return _room;
        }
    }

    /// <summary>How long it takes when everybody in line comes first.</summary>
    private Description AfterLine(Description now, long permits)
    {
        long queued = _tokens.QueuedPermits;
        if (queued == 0)
        {
            return now;
        }

        return _tokens.Peek(queued + Math.Max(1, permits), out _) with { Missing = Math.Max(now.Missing, 1) };
    }

    /// <summary>A decision for somebody to whom some permits are not to be had. More than the limit holds never are.</summary>
    private Decision Keeping(in Decision decision, long permits, long keep) => decision with
    {
        Remaining = Math.Max(0, decision.Remaining - keep),
        RetryAfter = decision.Allowed || permits + keep <= Limit ? decision.RetryAfter : Timeout.InfiniteTimeSpan,
    };

    private Decision RefusedWait(int permits, RefusalReason reason)
    {
        Description now = _tokens.Peek(Math.Max(1, permits), out bool line);
        if (reason == RefusalReason.NotEnoughPermits && line)
        {
            reason = RefusalReason.WaitersInLine;
        }

        return Refusal(AfterLine(now, permits), reason);
    }

    private Decision Refusal(in Description description, RefusalReason reason) => Answer(description) with
    {
        Reason = reason,
        Missing = description.Missing,
        RetryAfter = _clock.ToTimeSpan(description.RetryTicks),
    };

    private Decision Answer(in Description description) => new()
    {
        LimiterId = Owner.Id,
        Limit = Limit,
        Remaining = description.Remaining,
        ResetAfter = _clock.ToTimeSpan(description.ResetTicks),
        Waiting = _tokens.Waiting,
    };

    private double Milliseconds(long ticks) => ticks * 1000.0 / _clock.Frequency;

    private void ThrowIfDisposed() => ObjectDisposedException.ThrowIf(_tokens.IsDisposed, Owner);
}
