using RateSync.Fast.Algorithms;

namespace RateSync.Fast.State;

/// <content>Waiting for a slot, and changing how many there are.</content>
internal sealed partial class TicketGate<TAtomics>
{
    /// <summary>Gives the gate its line. Once, before the first waiter.</summary>
    public void UseLine(TicketLine<TAtomics> line) => Volatile.Write(ref _line, line);

    /// <summary>Room in line for one more waiter; to be followed by <see cref="Ask"/>.</summary>
    public bool TryEnlist(long permits) => _line!.TryEnlist(_queueLimit, permits);

    /// <summary>
    /// Asks for slots, now or later: the caller has them in its hands, or is owed them. Returns how many it is still owed, for which it
    /// must join the line.
    /// </summary>
    public long Ask(long permits)
    {
        // ORDER: full fence; from here on exits see that somebody waits. PAIRS: Exit. ELSE: see there.
        long before = TAtomics.Add(ref _words.Count, -permits) + permits;
        long owed = Math.Max(0, permits - Math.Max(0, before));
        if (owed != permits)
        {
            // Some, or all, were there.
            _line!.Delist(permits);
            if (owed > 0)
            {
                _line.TryEnlist(long.MaxValue, owed);
            }
        }

        return owed;
    }

    /// <summary>Joins the line for what <see cref="Ask"/> left owed. True when it was brought before the waiter had sat down.</summary>
    public bool Join(WaitNode node, long owed)
    {
        bool granted = _line!.Seat(node, (int)owed, ref _words);
        if (!TAtomics.Has(Defect.JoiningSkipsShards))
        {
            CollectShards();
        }

        if (!granted && IsDisposed)
        {
            Leave(node, LeaveReason.Disposed);
        }

        return granted;
    }

    void ILine.WakeUp()
    {
    }

    public bool Leave(WaitNode node, LeaveReason reason)
    {
        Era.Enter<TAtomics>();
        try
        {
            return LeaveInEra(node, reason, TAtomics.LoadAcquire(ref node.State));
        }
        finally
        {
            Era.Leave<TAtomics>();
        }
    }

    private bool LeaveInEra(WaitNode node, LeaveReason reason, long use)
    {
        long state = use;
        while (WaitState.IsWaiting(state) && WaitState.SameUse(state, use))
        {
            // ORDER: full fence; decides between leaving and being granted. PAIRS: TicketLine.TakeOne.
            // ELSE: a waiter could leave and hold a slot.
            long seen = TAtomics.CompareExchange(ref node.State, WaitState.Left(state, reason), state);
            if (seen == state)
            {
                LeaveSeats(node, reason);
                return true;
            }

            state = seen;
        }

        return false;
    }

    /// <summary>Sends everybody in line home and takes all slots away: the free ones now, the others as they come back.</summary>
    public void Dispose()
    {
        if (TAtomics.Exchange(ref _disposed, 1) != 0)
        {
            return;
        }

        SendHome();

        // As a limit that is lowered to nothing, but in one step however many are free: callers then leave the quick way in, and see why.
        // ORDER: the debt first, as in SetMax.
        TAtomics.Add(ref _words.Debt, Max);
        TAtomics.Exchange(ref _max, 0);
        long free = TAtomics.LoadAcquire(ref _words.Count);
        while (free > 0)
        {
            if (TryTakeFromCount(free))
            {
                TAtomics.Add(ref _words.Debt, -free);
            }

            free = TAtomics.LoadAcquire(ref _words.Count);
        }

        CollectShards();
    }

    private void SendHome()
    {
        if (_line is null)
        {
            return;
        }

        Era.Enter<TAtomics>();
        try
        {
            long index = 0;
            while (_line.FindWaiter(ref index, ref _words, out long state) is { } node)
            {
                LeaveInEra(node, LeaveReason.Disposed, state);
                index++;
            }
        }
        finally
        {
            Era.Leave<TAtomics>();
        }
    }

    /// <summary>Sets another number of slots. Fewer take effect as slots come free; nobody loses one that it has.</summary>
    public void SetMax(long max)
    {
        if (IsDisposed)
        {
            return;
        }

        long before = Max;
        if (max >= before)
        {
            TAtomics.Exchange(ref _max, max);
            if (TAtomics.Has(Defect.RaisedLimitIsFree))
            {
                TAtomics.Exchange(ref _words.Debt, 0);
            }

            Free(max - before);
            return;
        }

        // ORDER: full fences; the debt first, or a slot given back in between would look like one too many; then the count and the shards
        // are looked through. PAIRS: Exit. ELSE: see there.
        TAtomics.Add(ref _words.Debt, before - max);
        TAtomics.Exchange(ref _max, max);
        PayDebt();
        CollectShards();
    }

    private void LeaveSeats(WaitNode node, LeaveReason reason)
    {
        long inHand = node.InHand;
        _line!.Leave(node, ref _words);
        Free(inHand);

        // Permits that had come for it have been counted as free, past a limit that was lowered meanwhile.
        PayDebt();
        CollectShards();

        // Told last: its caller may count on what it has given back.
        node.OnLeft(reason);
    }
}
