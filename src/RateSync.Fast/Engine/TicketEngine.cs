using RateSync.Fast.State;
using RateSync.Fast.Telemetry;
using RateSync.Fast.Time;
using RateSync.Fast.Waiting;

namespace RateSync.Fast.Engine;

/// <summary>What all concurrency limits share: permits that are given back once, waiting, figures.</summary>
internal sealed partial class TicketEngine<TAtomics> : ILimiterEngine
    where TAtomics : struct, IAtomics
{
    private readonly TicketGate<TAtomics> _gate;
    private readonly Clock _clock;
    private readonly LatencyObserver? _observer;
    private readonly Lock _roomGate = new();
    private WaitingRoom? _room;
    private readonly LastSeen _lastSeen;

    /// <summary>Wraps a gate.</summary>
    /// <param name="owner">The public face.</param>
    /// <param name="gate">The gate.</param>
    /// <param name="clock">The clock.</param>
    /// <param name="most">The most slots that there can ever be; null if that does not change.</param>
    /// <param name="observer">Is told how long permits were held; or null.</param>
    public TicketEngine(Limiter owner, TicketGate<TAtomics> gate, Clock clock, long? most = null, LatencyObserver? observer = null)
    {
        Limit = most ?? gate.Max;
        _observer = observer;
        Owner = owner;
        _gate = gate;
        _gate.Owner = owner;
        _clock = clock;
        _lastSeen = new LastSeen(clock.Now());
    }

    public Limiter Owner { get; }

    public long Limit { get; private set; }

    public double DeclaredExcess => 0;

    public long DeclaredShortfall => 0;

    /// <summary>Changes the number of slots. Who is inside stays; fewer slots take effect as they are given back.</summary>
    public void Resize(long slots)
    {
        lock (_gate)
        {
            // Not while it is being disposed of, or resized. Nobody is to ask for more than there are: that comes first, or last.
            if (_gate.IsDisposed)
            {
                return;
            }

            bool fewer = slots < Limit;
            if (fewer)
            {
                SetLimit(slots);
            }

            _gate.SetMax(slots);
            if (!fewer)
            {
                SetLimit(slots);
            }
        }
    }

    private void SetLimit(long slots)
    {
        Limit = slots;
        Owner.UpdateLimit(slots);
    }

    public bool TryTake(int permits)
    {
        if (permits == 1)
        {
            return _gate.TryEnter(ThreadSlot.Current);
        }

        if (!_gate.TryEnter(ThreadSlot.Current, permits))
        {
            return false;
        }

        _gate.Tally.SeveralFromCell(ThreadSlot.Current, permits - 1);
        return true;
    }

    public bool HasSlots => true;

    public void Undo(int permits) => Release(permits);

    public void Undo(in Permit permit) => Close(permit, permit.Permits);

    public bool TryTake(int permits, out Permit permit)
    {
        if (_gate.TryEnter(ThreadSlot.Current, permits))
        {
            permit = PermitFor(permits, 0);
            return true;
        }

        permit = default;
        return false;
    }

    public bool TryTake(int permits, long keep, out Permit permit)
    {
        bool entered = _gate.TryEnterKeeping(ThreadSlot.Current, permits, keep);
        permit = entered ? PermitFor(permits, 0) : default;
        return entered;
    }

    public Decision Attempt(int permits, long keep) => TryTake(permits, keep, out Permit permit)
        ? Keeping(GrantedAfterWaiting(permit), keep)
        : Keeping(Refusal(permits + keep, RefusalReason.None), keep);

    public Decision Peek(int permits, long keep)
    {
        ThrowIfDisposed();
        return Keeping(
            _gate.Owed == 0 && _gate.CountFree() >= permits + keep
                ? Answer() with { Allowed = true }
                : Refusal(permits + keep, RefusalReason.None),
            keep);
    }

    public Decision Attempt(int permits) =>
        TryTake(permits, out Permit permit) ? GrantedAfterWaiting(permit) : Refusal(permits, RefusalReason.None);

    public Decision Peek(int permits)
    {
        ThrowIfDisposed();
        return _gate.Owed == 0 && _gate.CountFree() >= permits
            ? Answer() with { Allowed = true }
            : Refusal(permits, RefusalReason.None);
    }

    public Permit PermitFor(int permits, long stamp)
    {
        if (permits == 0)
        {
            // Only the question was waited for; the slot that answered it goes on.
            _gate.Exit(ThreadSlot.Current);
            return new Permit(this, 0, 0, null);
        }

        TicketRecord record = TicketRecords.Rent();
        if (_observer is not null)
        {
            record.Since = _observer.Now();
        }

        if (permits > 1)
        {
            _gate.Tally.SeveralFromCell(ThreadSlot.Current, permits - 1);
        }

        return new Permit(this, permits, record.Open(permits), record);
    }

    public Decision GrantedAfterWaiting(in Permit permit) => Answer() with { Allowed = true, Permit = permit };

    public Decision TimedOut(int permits) => Refusal(permits, RefusalReason.TimedOut);

    public void Close(in Permit permit, int permits)
    {
        TicketRecord record = permit.Record!;
        long slots = record.Close(permit.Stamp, permits, out bool last);
        if (last)
        {
            _observer?.Add(_observer.Now() - record.Since, _gate.CountOut());
            TicketRecords.Return(record);
        }

        _gate.Exit(ThreadSlot.Current, slots);
    }

    public void Refund(in Permit permit, int permits)
    {
        if (permit.Record is not null)
        {
            Close(permit, permits);
        }
    }

    public void TakeIntoDebt(in Permit permit, long permits, string parameter) => throw new ArgumentOutOfRangeException(
        parameter, permits + permit.Permits, $"Slots cannot be held without being acquired: the actual use of {Owner.Id} can be at most the {permit.Permits} that were granted.");

    public void Release(int permits)
    {
        if (permits > 1 && _gate.IsTooMany(permits))
        {
            throw new SemaphoreFullException($"{Owner.Id}: fewer slots are out than were to be given back; none was.");
        }

        _gate.Exit(ThreadSlot.Current, permits);
    }

    public LimiterState GetState()
    {
        long free = _gate.CountFree();
        long owed = _gate.Owed;
        return new LimiterState
        {
            LimiterId = Owner.Id,
            Allowed = free > 0 && owed == 0,
            Limit = _gate.Max,
            Remaining = free,
            RetryAfter = free > 0 && owed == 0 ? TimeSpan.Zero : Timeout.InfiniteTimeSpan,
            ResetAfter = free == _gate.Max ? TimeSpan.Zero : Timeout.InfiniteTimeSpan,
            Waiting = _gate.Waiting,
            QueuedPermits = owed,
        };
    }

    public LimiterMetrics GetMetrics()
    {
        SlotTally tally = _gate.Tally.Sum();
        WaitFigures? waits = Volatile.Read(ref _room)?.Figures;
        long releases = _gate.CountExits();
        long current = _gate.CountOut();
        long permits = releases + current;
        return new LimiterMetrics
        {
            LimiterId = Owner.Id,
            TotalAcquisitions = permits - tally.Extra,
            TotalPermits = permits,
            Refusals = tally.TimesFull - tally.AskedToWait,
            TotalWaits = waits?.Waits ?? 0,
            TotalWaitTimeMs = Milliseconds(waits?.Ticks ?? 0),
            MaxWaitTimeMs = Milliseconds(waits?.Longest ?? 0),
            Timeouts = waits?.Timeouts ?? 0,
            Cancellations = waits?.Cancellations ?? 0,
            LastAcquisitionAt = _clock.ToWallClock(_lastSeen.Read(permits, _clock.Now(), null)),
            CurrentConcurrent = current,
            MaxConcurrentReached = tally.TimesFull,
            TotalReleases = releases,
            Waiting = _gate.Waiting,
        };
    }

    public void Dispose()
    {
        lock (_gate)
        {
            // Not while an adaptive limit is being set.
            _gate.Dispose();
        }

        lock (_roomGate)
        {
            _room?.Dispose();
        }
    }

    /// <summary>A decision as it is for somebody to whom some slots are not to be had.</summary>
    private static Decision Keeping(in Decision decision, long keep) => decision with { Remaining = Math.Max(0, decision.Remaining - keep) };

    private Decision Refusal(long permits, RefusalReason reason)
    {
        long owed = _gate.Owed;
        return Answer() with
        {
            Reason = reason is RefusalReason.None or RefusalReason.NotEnoughPermits
                ? owed > 0 ? RefusalReason.WaitersInLine : RefusalReason.NotEnoughPermits
                : reason,
            Missing = Math.Max(1, permits - _gate.CountFree()),
            RetryAfter = Timeout.InfiniteTimeSpan,
        };
    }

    private Decision Answer()
    {
        long free = _gate.CountFree();
        return new Decision
        {
            LimiterId = Owner.Id,
            Limit = _gate.Max,
            Remaining = free,
            ResetAfter = free == _gate.Max ? TimeSpan.Zero : Timeout.InfiniteTimeSpan,
            Waiting = _gate.Waiting,
        };
    }

    private double Milliseconds(long ticks) => ticks * 1000.0 / _clock.Frequency;

    private void ThrowIfDisposed() => ObjectDisposedException.ThrowIf(_gate.IsDisposed, Owner);
}
