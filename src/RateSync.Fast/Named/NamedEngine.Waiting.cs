using RateSync.Fast.Engine;
using RateSync.Fast.State;
using RateSync.Fast.Waiting;

namespace RateSync.Fast.Named;

/// <content>
/// Waiting. The line belongs to the name, not to the parts, so it outlives every change. Waiters bind late: what the head of the line is
/// due is taken and granted in one go.
/// </content>
internal sealed partial class NamedEngine<TAtomics>
{
    // A lock, not an atomic structure: it guards the line, its order and its timer, is held for the time of a few attempts, and is entered
    // only by calls that wait, by those that give something back while others wait, and by changes. Grants that need not wait never take
    // it.
    private readonly Lock _gate = new();
    private readonly NamedLine _line = new();
    private WaitingRoom? _room;

    // Waiters in line; written in the lock, by interlocked operations.
    private long _waiting;
    private long _queuedPermits;

    public ValueTask<Permit> AcquireAsync(int permits, TimeSpan timeout, CancellationToken cancellationToken) =>
        AcquireAsync(new AcquireOptions { Permits = permits, Timeout = timeout }, cancellationToken);

    public ValueTask<Permit> AcquireAsync(in AcquireOptions options, CancellationToken cancellationToken)
    {
        if (TakeOrSee(options, out Permit permit))
        {
            return new ValueTask<Permit>(permit);
        }

        if (_cell.Current.Composite is { } composite)
        {
            return composite.Engine.AcquireAsync(options.Permits, options.Timeout ?? DefaultTimeout, cancellationToken);
        }

        RefusalReason reason = Wait(options, cancellationToken, out PermitWaiter? waiter);
        return reason switch
        {
            RefusalReason.None => new ValueTask<Permit>(waiter!, waiter!.Version),
            RefusalReason.QueueFull => ValueTask.FromException<Permit>(new RateLimitRejectedException(RefusedWait(options, reason))),
            RefusalReason.LimitLowered => ValueTask.FromException<Permit>(
                new RateLimitRejectedException(RefusedWait(options, RefusalReason.NotEnoughPermits))),
            _ => ValueTask.FromException<Permit>(new RateLimitTimeoutException(RefusedWait(options, reason), options.Timeout ?? DefaultTimeout)),
        };
    }

    public ValueTask<Decision> AttemptAsync(int permits, TimeSpan timeout, CancellationToken cancellationToken) =>
        AttemptAsync(new AcquireOptions { Permits = permits, Timeout = timeout }, cancellationToken);

    public ValueTask<Decision> AttemptAsync(in AcquireOptions options, CancellationToken cancellationToken)
    {
        Decision now = Attempt(options);
        if (now.Allowed)
        {
            return new ValueTask<Decision>(now);
        }

        if (_cell.Current.Composite is { } composite)
        {
            return composite.Engine.AttemptAsync(options.Permits, options.Timeout ?? DefaultTimeout, cancellationToken);
        }

        RefusalReason reason = Wait(options, cancellationToken, out PermitWaiter? waiter);
        return reason == RefusalReason.None
            ? new ValueTask<Decision>(waiter!, waiter!.Version)
            : new ValueTask<Decision>(reason is RefusalReason.NotEnoughPermits or RefusalReason.LimitLowered ? now : RefusedWait(options, reason));
    }

    public Decision GrantedAfterWaiting(in Permit permit)
    {
        Decision now;
        try
        {
            now = Peek(1);
        }
        catch (Exception exception) when (exception is ObjectDisposedException or StoreUnavailableException)
        {
            // It has gone since. What was granted is the caller's all the same, to be given back.
            now = new Decision { Limit = Limit };
        }

        return now with
        {
            LimiterId = Owner.Id,
            Allowed = true,
            Reason = RefusalReason.None,
            Missing = 0,
            RetryAfter = TimeSpan.Zero,
            Permit = permit,
        };
    }

    public Decision TimedOut(int permits) => RefusedWait(new AcquireOptions { Permits = permits }, RefusalReason.TimedOut);

    /// <summary>The timer says that the head of the line is due.</summary>
    public void WakeUp() => ServeIfWaiting();

    public bool Leave(WaitNode node, LeaveReason reason)
    {
        using Held<TAtomics> line = new(_gate);
        PermitWaiter waiter = (PermitWaiter)node;
        if (!WaitState.IsWaiting(waiter.State))
        {
            return false;
        }

        bool head = _line.Head == waiter;
        TakeOut(waiter);
        waiter.State = WaitState.Left(waiter.State, reason);
        waiter.OnLeft(reason);
        if (head)
        {
            Serve();
        }

        return true;
    }

    /// <summary>Whether somebody waits whom a call of that priority must not step ahead of.</summary>
    private bool IsHeldByLine(Priority priority) => TAtomics.LoadAcquire(ref _waiting) != 0 && _line.HasAtLeast(priority);

    private bool TakeOrSee(in AcquireOptions options, out Permit permit)
    {
        if (options.Permits != 0)
        {
            return TryTake(options.Permits, options.Priority, wantPermit: true, out permit, out _, explain: false);
        }

        permit = PermitFor(0, 0);
        return Peek(options with { Permits = 1 }).Allowed;
    }

    /// <summary>Joins the line, or says why not.</summary>
    private RefusalReason Wait(in AcquireOptions options, CancellationToken cancellationToken, out PermitWaiter? waiter)
    {
        waiter = null;
        TimeSpan timeout = options.Timeout ?? DefaultTimeout;
        if (timeout == TimeSpan.Zero)
        {
            return RefusalReason.NotEnoughPermits;
        }

        if (options.Permits > 0)
        {
            _tally.AskedToWait(ThreadSlot.Current);
        }

        using Held<TAtomics> line = new(_gate);
        ThrowIfDisposed();
        NamedPlan plan = _cell.Current;
        if (options.Permits > plan.MostFor(options.Priority))
        {
            // Never to be had by a call of that priority: it would only keep those behind it waiting for ever as well.
            return RefusalReason.LimitLowered;
        }

        WaitingRoom room = _room ??= new WaitingRoom(this, this, _clock, gate: _gate);
        if (TAtomics.LoadAcquire(ref _waiting) >= (plan.Options.QueueLimit ?? int.MaxValue))
        {
            return RefusalReason.QueueFull;
        }

        if (timeout != Timeout.InfiniteTimeSpan && RetryAfterLine(options) is var wait && wait > timeout)
        {
            room.Figures.AddTimeout();
            return RefusalReason.WaitTooLong;
        }

        PermitWaiter node = room.Prepare(options.Permits, 1, timeout, cancellationToken);
        _line.Add(node, options.Priority, options.Tenant);

        // ORDER: full fence; then permits are looked for. PAIRS: ServeIfWaiting. ELSE: see there.
        TAtomics.Add(ref _waiting, 1);
        TAtomics.Add(ref _queuedPermits, options.Permits);
        SetDirect();
        try
        {
            Serve();
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

    private void TakeOut(PermitWaiter waiter)
    {
        _line.Remove(waiter);
        TAtomics.Add(ref _waiting, -1);
        TAtomics.Add(ref _queuedPermits, -waiter.Permits);
        SetDirect();
    }

    /// <summary>How long a newcomer would wait; with an order other than first come, first served, at the least.</summary>
    private TimeSpan RetryAfterLine(in AcquireOptions options)
    {
        int permits = Math.Max(1, options.Permits);
        if (!TryEnter(out NamedPlan plan))
        {
            // It has just become others', to whom the call is passed on.
            return TimeSpan.Zero;
        }

        try
        {
            TimeSpan least = Describe(plan, permits, options.Priority).RetryAfter;
            long ahead = TAtomics.LoadAcquire(ref _queuedPermits);
            if (least == Timeout.InfiniteTimeSpan || plan.Slots is not null)
            {
                // Nobody knows when a slot comes free.
                return plan.Rate?.Engine.Peek(permits, plan.RateKeep(options.Priority)).RetryAfter ?? TimeSpan.Zero;
            }

            return _line.IsPlain && ahead > 0 && plan.Rate is not null
                ? plan.Rate.Engine.Peek((int)Math.Min(ahead + permits, int.MaxValue)).RetryAfter
                : least;
        }
        finally
        {
            PlanCell<NamedPlan, TAtomics>.Leave();
        }
    }

    private Decision RefusedWait(in AcquireOptions options, RefusalReason reason)
    {
        Decision now = Peek(options.Permits == 0 ? options with { Permits = 1 } : options);
        if (reason == RefusalReason.NotEnoughPermits && now.Reason == RefusalReason.WaitersInLine)
        {
            reason = RefusalReason.WaitersInLine;
        }

        return now with
        {
            Allowed = false,
            Reason = reason,
            Missing = Math.Max(1, now.Missing),
            RetryAfter = now.RetryAfter == TimeSpan.Zero && TAtomics.LoadAcquire(ref _waiting) != 0 ? RetryAfterLine(options) : now.RetryAfter,
        };
    }
}
