using System.Runtime.CompilerServices;
using RateSync.Fast.Engine;
using RateSync.Fast.State;
using RateSync.Fast.Waiting;

namespace RateSync.Fast.Named;

internal sealed partial class NamedEngine<TAtomics>
{
    /// <summary>Something was given back, or time has passed.</summary>
    private void ServeIfWaiting()
    {
        // ORDER: whatever was given back was a full fence. PAIRS: Wait, which counts the waiter by an interlocked operation before it looks
        // for permits.
        // ELSE: the last slot could come back unseen by a waiter that is not counted yet, and stay unused.
        if (TAtomics.LoadAcquire(ref _waiting) != 0)
        {
            ServeNow();
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private void ServeNow()
    {
        using Held<TAtomics> line = new(_gate);
        Serve();
    }

    /// <summary>Grants whatever is due at the head of the line, and has the timer set for the next. Within the lock.</summary>
    private void Serve()
    {
        bool done = false;
        try
        {
            ServeAll();
            done = true;
        }
        finally
        {
            if (!done)
            {
                // The caller's clock has thrown: whoever is due must not wait for the next call.
                _room?.TryAgain();
            }
        }
    }

    private void ServeAll()
    {
        while (_line.Head is { } head)
        {
            if (_disposed)
            {
                Dismiss(head, LeaveReason.Disposed);
                continue;
            }

            if (!_cell.TryEnter(out NamedPlan plan))
            {
                // Whoever changes it serves the line afterwards.
                return;
            }

            try
            {
                if (head.Permits > plan.MostFor(NamedLine.PriorityOf(head)) && !plan.Options.Shadow)
                {
                    Dismiss(head, LeaveReason.LimitLowered);
                    continue;
                }

                if (plan.Composite is { } composite)
                {
                    PassOn(composite);
                    return;
                }

                if (!TryGrant(plan, head))
                {
                    return;
                }
            }
            finally
            {
                PlanCell<NamedPlan, TAtomics>.Leave();
            }
        }

        _room?.Never();
    }

    /// <summary>Grants the head of the line what it waits for, or has the timer set for when that may be.</summary>
    private bool TryGrant(NamedPlan plan, PermitWaiter head)
    {
        int permits = (int)head.Permits;
        Priority priority = NamedLine.PriorityOf(head);
        Decision now = Describe(plan, Math.Max(1, permits), priority);
        if (now.Allowed || plan.Options.Shadow)
        {
            Permit permit = PermitFor(0, 0);
            Limiter? refuser = null;
            bool gaveSlotsBack = false;
            if (permits == 0 || TryTakeParts(plan, permits, priority, wantPermit: true, out permit, ref refuser, ref gaveSlotsBack))
            {
                Hand(head, permit);
                return true;
            }

            if (plan.Options.Shadow)
            {
                Hand(head, GrantInShadow(plan, permits, wantPermit: true));
                return true;
            }

            // A settlement took the permits in between.
            now = Describe(plan, permits, priority);
        }

        if (now.RetryAfter == Timeout.InfiniteTimeSpan)
        {
            _room!.Never();
        }
        else
        {
            _room!.At(_clock.Now() + Math.Max(1, _clock.ToTicksRoundedUp(now.RetryAfter)));
        }

        return false;
    }

    private void Hand(PermitWaiter head, in Permit permit)
    {
        _line.Served(head);
        TakeOut(head);
        head.State = WaitState.With(head.State, WaitState.Granted);
        head.Grant(permit);
    }

    /// <summary>
    /// The limiter refers to others now: whoever waits does so in their line from here on, in the same order. Within the lock.
    /// </summary>
    private void PassOn(CompositeLimiter composite)
    {
        List<PermitWaiter> waiters = [];
        while (_line.Head is { } head)
        {
            // Nobody else may end its wait any more: its timeout and its token are passed on as well.
            TakeOut(head);
            head.State = WaitState.Claimed(head.State);
            waiters.Add(head);
        }

        _room!.Never();
        ThreadPool.UnsafeQueueUserWorkItem(
            static state =>
            {
                foreach (PermitWaiter waiter in state.Waiters)
                {
                    _ = state.Engine.WaitElsewhereAsync(waiter, state.Composite);
                }
            },
            (Engine: this, Composite: composite, Waiters: waiters),
            preferLocal: false);
    }

    private async Task WaitElsewhereAsync(PermitWaiter waiter, CompositeLimiter composite)
    {
        LeaveReason reason;
        try
        {
            long left = waiter.Deadline == long.MaxValue ? 0 : Math.Max(0, waiter.Deadline - _clock.Now());
            TimeSpan timeout = waiter.Deadline == long.MaxValue ? Timeout.InfiniteTimeSpan : _clock.ToTimeSpan(left);
            Decision decision = await composite.Engine.AttemptAsync((int)waiter.Permits, timeout, waiter.CancellationToken).ConfigureAwait(false);
            if (decision.Allowed)
            {
                waiter.State = WaitState.With(waiter.State, WaitState.Granted);
                waiter.Grant(decision.Permit);
                return;
            }

            reason = decision.Reason == RefusalReason.LimitLowered ? LeaveReason.LimitLowered : LeaveReason.TimedOut;
        }
        catch (OperationCanceledException)
        {
            reason = LeaveReason.Cancelled;
        }
        catch (Exception exception) when (exception is ObjectDisposedException or RateSyncException)
        {
            reason = LeaveReason.Disposed;
        }

        waiter.State = WaitState.Left(waiter.State, reason);
        waiter.OnLeft(reason);
    }

    private void Dismiss(PermitWaiter head, LeaveReason reason)
    {
        TakeOut(head);
        head.State = WaitState.Left(head.State, reason);
        head.OnLeft(reason);
    }
}
