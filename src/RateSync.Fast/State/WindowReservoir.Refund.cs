using RateSync.Fast.Algorithms;

namespace RateSync.Fast.State;

internal partial struct WindowReservoir<TAtomics>
{
    public long Refund(long now, long permits, long stamp, out bool line)
    {
        Roll(Elapsed(now), out long index);
        long left = stamp == 0 || stamp - 1 >= index - _terms.Older ? permits : 0;
        if (stamp != 0 && left > 0)
        {
            GiveBack(stamp - 1, ref left);

            // Not found there because it has ceased to count just now? Then it must not be taken from those that do.
            index = WindowHead.Index(TAtomics.LoadAcquire(ref _head.Value), index);
            left = stamp - 1 >= index - _terms.Older ? left : 0;
        }

        // Not known where it was booked. Or not enough is left there although it still counts: another refund has taken that instead of its
        // own, or a cell granted it, whose chunk came home later than the stamp says.
        GiveBackOldest(index, ref left);
        long head = TAtomics.LoadAcquire(ref _head.Value);
        line = WindowHead.HasLine(head);
        return WindowHead.Armed(head) != 0 ? left : 0;
    }

    /// <summary>Takes out where it would have ended to count first.</summary>
    private void GiveBackOldest(long index, ref long left)
    {
        while (true)
        {
            for (long i = index - _terms.Older; i <= index && left > 0; i++)
            {
                GiveBack(i, ref left);
            }

            // Another refund may have taken what was booked for this one, and left what was booked for itself in a sub-window begun since.
            long seen = WindowHead.Index(TAtomics.LoadAcquire(ref _head.Value), index);
            if (left == 0 || seen <= index)
            {
                return;
            }

            index = seen;
        }
    }

    private void GiveBack(long index, ref long left)
    {
        // Before anything is given back; whoever does not see it yet only counts too much.
        if (!_anyRefund)
        {
            _anyRefund = true;
        }

        ref long slot = ref Slot(_refunded, index);
        while (left > 0)
        {
            long before = TAtomics.LoadAcquire(ref slot);
            if (WindowBooking.IsLater(before, index))
            {
                // The slot has gone to a later sub-window: this one does not count any more.
                return;
            }

            long head = TAtomics.LoadAcquire(ref _head.Value);
            long booked = WindowHead.Index(head, index) == index
                ? WindowHead.Count(head)
                : WindowBooking.CountFor(TAtomics.LoadAcquire(ref Slot(_booked, index)), index);
            long already = WindowBooking.CountFor(before, index);
            long now = Math.Min(left, booked - already);
            if (now <= 0)
            {
                return;
            }

            // ORDER: full fence; decides how much is given back, then the line flag is looked at. PAIRS: SetLine, after
            // which the server adds up. ELSE: a waiter could miss the permits that came back.
            if (TAtomics.CompareExchange(ref slot, WindowBooking.Pack(index, already + now), before) == before)
            {
                left -= now;
                return;
            }
        }
    }
}
