using RateSync.Fast.Algorithms;

namespace RateSync.Fast.State;

/// <content>
/// The line. Waiters bind late: no token is set aside for anybody in advance. When the head of the line is due, its permits are taken and
/// granted in one go, so a waiter that leaves has nothing to give back, and everybody behind it moves up by itself.
/// </content>
internal sealed partial class ShardedReservoir<TReservoir, TAtomics>
{
    private const long Idle = 0;
    private const long Serving = 1;
    private const long ServeAgain = 2;

    private readonly long _queueLimit;
    private WaitLine<TAtomics>? _line;
    private IWakeUp? _wakeUp;
    private long _serving;
    private long _waiting;
    private long _queuedPermits;

    /// <summary>Waiters in line.</summary>
    public long Waiting => Volatile.Read(ref _waiting);

    /// <summary>Permits that the waiters in line have asked for.</summary>
    public long QueuedPermits => Volatile.Read(ref _queuedPermits);

    /// <summary>Gives the line its timer. Once, before the first waiter.</summary>
    public void UseLine(WaitLine<TAtomics> line, IWakeUp wakeUp)
    {
        _wakeUp = wakeUp;
        Volatile.Write(ref _line, line);
    }

    /// <summary>Puts a waiter in line; false when the line is full. It is granted or taken out exactly once.</summary>
    public bool Join(WaitNode node)
    {
        long waiting = TAtomics.LoadAcquire(ref _waiting);
        while (true)
        {
            if (waiting >= _queueLimit)
            {
                return false;
            }

            long seen = TAtomics.CompareExchange(ref _waiting, waiting + 1, waiting);
            if (seen == waiting)
            {
                break;
            }

            waiting = seen;
        }

        TAtomics.Add(ref _queuedPermits, node.Permits);
        Era.Enter<TAtomics>();
        try
        {
            _line!.Seat(node);
        }
        finally
        {
            Era.Leave<TAtomics>();
        }

        _reservoir.RaiseLine();
        ServeLine();
        return true;
    }

    /// <summary>Takes a waiter out of the line. False when it has been granted, or has left, already.</summary>
    public bool Leave(WaitNode node, LeaveReason reason)
    {
        Era.Enter<TAtomics>();
        try
        {
            return LeaveInEra(node, reason, TAtomics.LoadAcquire(ref node.State));
        }
        finally
        {
            // Also when the caller's clock throws: whoever waits for this era to end would wait for ever.
            Era.Leave<TAtomics>();
        }
    }

    private bool LeaveInEra(WaitNode node, LeaveReason reason, long use)
    {
        long state = use;
        while (WaitState.SameUse(state, use))
        {
            if (WaitState.IsWaiting(state))
            {
                // ORDER: full fence; decides between leaving and being claimed. PAIRS: the claim in ServeHead.
                // ELSE: a waiter could leave and be granted.
                long seen = TAtomics.CompareExchange(ref node.State, WaitState.Left(state, reason), state);
                if (seen == state)
                {
                    Depart(node, reason);
                    return true;
                }

                state = seen;
            }
            else if (WaitState.IsClaimed(state) && WaitState.Reason(state) == LeaveReason.None)
            {
                // It is about to be granted. If that fails, the server lets it go.
                long seen = TAtomics.CompareExchange(ref node.State, WaitState.Claimed(state, reason), state);
                if (seen == state)
                {
                    return true;
                }

                state = seen;
            }
            else
            {
                break;
            }
        }

        return false;
    }

    /// <summary>
    /// Grants whatever is due at the head of the line, and has the timer set for the next. Returns at once when another thread is at it.
    /// </summary>
    public void ServeLine()
    {
        long serving = TAtomics.LoadAcquire(ref _serving);
        while (true)
        {
            if (serving == ServeAgain)
            {
                return;
            }

            // ORDER: full fence. PAIRS: the exchange back to idle below. ELSE: a change at the head, made just when the server has finished
            // looking, would be seen by nobody.
            long wanted = serving == Idle ? Serving : ServeAgain;
            long seen = TAtomics.CompareExchange(ref _serving, wanted, serving);
            if (seen == serving)
            {
                break;
            }

            serving = seen;
        }

        if (serving != Idle)
        {
            return;
        }

        Era.Enter<TAtomics>();
        bool served = false;
        try
        {
            while (true)
            {
                while (ServeHead())
                {
                }

                if (TAtomics.CompareExchange(ref _serving, Idle, Serving) == Serving
                    || (TAtomics.Has(Defect.ServerStopsBlindly) && TAtomics.Exchange(ref _serving, Idle) != Idle))
                {
                    break;
                }

                // ORDER: full fence; then the line is looked at again. PAIRS: the exchange above, by whoever changes something at the head
                // and finds that the server will look again. ELSE: the looks could come before the store, and miss what that caller did in
                // between.
                TAtomics.Exchange(ref _serving, Serving);
            }

            served = true;
        }
        finally
        {
            // If not, the caller's clock or timer has thrown: others must be able to serve, and who has come meanwhile relies on this call.
            bool wanted = !served && TAtomics.Exchange(ref _serving, Idle) == ServeAgain;
            Era.Leave<TAtomics>();
            if (wanted)
            {
                ServeLine();
            }
        }
    }

    /// <summary>Deals with the head of the line; false when there is nothing more to do now.</summary>
    private bool ServeHead()
    {
        WaitNode? head = _line!.Head(out long state);
        if (head is null)
        {
            return CloseLine();
        }

        if (TAtomics.LoadAcquire(ref _disposed) != 0)
        {
            LeaveInEra(head, LeaveReason.Disposed, state);
            return true;
        }

        long now = Now();
        Outcome view = _reservoir.Look(now);
        if (view.Armed != 0)
        {
            Transfer home = default;
            Gather(ref home);
            now = NowOr(now);
            view = _reservoir.Transact(now, home);
        }

        Description need = _reservoir.Describe(now, view, Math.Max(1, head.Permits), below: 0);
        if (need.Missing > 0)
        {
            // What some call still has in its hands comes home within moments; then look again.
            long wait = view.Armed == 0 ? need.RetryTicks : Math.Min(need.RetryTicks, _clock.Frequency / 1000);
            _wakeUp!.At(now + wait);
            return false;
        }

        // Claimed first, taken then: tokens taken for somebody who leaves could not be given back without a trace.
        long claimed = WaitState.Claimed(state);
        if (TAtomics.CompareExchange(ref head.State, claimed, state) == state)
        {
            GrantOrUnclaim(head, claimed, now);
        }

        return true;
    }

    private void GrantOrUnclaim(WaitNode head, long claimed, long now)
    {
        Outcome outcome = _reservoir.Transact(now, new Transfer { Take = head.Permits, HeadOfLine = true });
        if (outcome.Granted || head.Permits == 0)
        {
            TAtomics.Exchange(ref head.State, WaitState.With(claimed, WaitState.Granted));
            _line!.Pop(head);
            TAtomics.Add(ref _waiting, -1);
            TAtomics.Add(ref _queuedPermits, -head.Permits);
            if (head.Permits > 0)
            {
                CountGrant(ThreadSlot.Current, head.Permits, now);
            }

            head.OnGranted(outcome.Stamp);
            return;
        }

        // A settlement took the permits in between.
        long waiting = WaitState.With(claimed, 1);
        long seen = TAtomics.CompareExchange(ref head.State, waiting, claimed);
        if (seen != claimed)
        {
            LeaveReason reason = WaitState.Reason(seen);
            TAtomics.StoreRelease(ref head.State, WaitState.Left(seen, reason));
            Depart(head, reason);
        }
    }

    /// <summary>The line looks empty: lets everybody else take permits again. True when somebody came meanwhile.</summary>
    private bool CloseLine()
    {
        _reservoir.LowerLine();
        if (TAtomics.Has(Defect.LineOpenedWithoutLook) || _line!.Head(out _) is null)
        {
            _wakeUp!.Never();
            return false;
        }

        _reservoir.RaiseLine();
        return true;
    }

    private void Depart(WaitNode node, LeaveReason reason)
    {
        bool head = _line!.MayBeHead(node);
        _line.Leave(node);
        if (!TAtomics.Has(Defect.LeavingStaysInQueueCount))
        {
            TAtomics.Add(ref _waiting, -1);
        }

        if (!TAtomics.Has(Defect.LeavingKeepsPlace))
        {
            TAtomics.Add(ref _queuedPermits, -node.Permits);
        }

        node.OnLeft(reason);
        if (head && !TAtomics.Has(Defect.LeavingHeadWakesNobody))
        {
            ServeLine();
        }
    }
}
