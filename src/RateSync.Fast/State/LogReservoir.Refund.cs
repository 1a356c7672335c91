using RateSync.Fast.Algorithms;

namespace RateSync.Fast.State;

internal partial struct LogReservoir<TAtomics>
{
    public long Refund(long now, long permits, long stamp, out bool line)
    {
        long head = TAtomics.LoadAcquire(ref _head.Value);
        long left = permits;
        if (stamp != 0)
        {
            GiveBack((stamp - 1) & LogHead.IndexMask, ref left);
        }

        // Where it is known but not enough is left there although it still counts, a refund that did not know has taken it instead of its
        // own.
        if (left > 0 && stamp != 0)
        {
            left = TakenByOthers(NotFarBack(now), (stamp - 1) & LogHead.IndexMask, left);
        }

        if (left > 0)
        {
            GiveBackOldest(head, ref left);
        }

        line = LogHead.HasLine(TAtomics.LoadAcquire(ref _head.Value));
        return 0;
    }

    /// <summary>Takes out where it would have ended to count first.</summary>
    private void GiveBackOldest(long head, ref long left)
    {
        while (true)
        {
            for (long i = LogHead.Tail(head), entries = LogHead.Length(head); entries > 0 && left > 0; i++, entries--)
            {
                GiveBack(i & LogHead.IndexMask, ref left);
            }

            // Another refund may have taken what was booked for this one, and left what was booked for itself, behind where this one has
            // looked.
            long seen = TAtomics.LoadAcquire(ref _head.Value);
            bool full = LogHead.Length(seen) == _ring.Length - 1;
            if (left == 0 || seen == head || (LogHead.Index(seen) == LogHead.Index(head) && !full))
            {
                return;
            }

            head = seen;
        }
    }

    /// <summary>How many of the permits that were not found in an entry other refunds have taken out of it while it counted.</summary>
    private long TakenByOthers(long now, long index, long missing)
    {
        long entry = TAtomics.LoadAcquire(ref Cell(index));
        if (!LogEntry.IsOfLap(entry, Lap(index)) || LogEntry.Age(entry, now >> _shift) >= _window
            || Distance(TAtomics.LoadAcquire(ref _head.Value), index) >= _ring.Length)
        {
            return 0;
        }

        // The time may have been read long ago: what a sealed entry still has was not taken but has grown too old.
        return LogEntry.IsSealed(entry) ? missing - LogEntry.Permits(entry) : missing;
    }

    private void GiveBack(long index, ref long left)
    {
        ref long cell = ref Cell(index);
        while (left > 0)
        {
            // An entry must be on the head before anything is taken out of it, or a helper could put the old amount there.
            long head = TAtomics.LoadAcquire(ref _head.Value);
            long entry = TAtomics.LoadAcquire(ref cell);
            if (!LogEntry.IsOfLap(entry, Lap(index)) || LogEntry.IsSealed(entry) || Distance(head, index) > LogHead.Length(head))
            {
                // Laps come round: an entry that no longer counts may look like a present one in the same cell.
                return;
            }

            if (LogHead.Index(head) == index)
            {
                MoveOver(head, entry);
                continue;
            }

            long back = Math.Min(left, LogEntry.Permits(entry));
            if (back == 0)
            {
                return;
            }

            if (TAtomics.CompareExchange(ref cell, LogEntry.WithPermits(entry, LogEntry.Permits(entry) - back), entry) == entry)
            {
                left -= back;
                TakeOff(back);
            }
        }
    }

    private void TakeOff(long permits)
    {
        long head = TAtomics.LoadAcquire(ref _head.Value);
        while (true)
        {
            long next = LogHead.Pack(LogHead.Index(head), LogHead.Length(head), LogHead.Used(head) - permits, LogHead.HasLine(head));
            long seen = TAtomics.CompareExchange(ref _head.Value, next, head);
            if (seen == head)
            {
                return;
            }

            head = seen;
        }
    }
}
