using RateSync.Fast.Algorithms;

namespace RateSync.Fast.State;

internal partial struct LogReservoir<TAtomics>
{
    /// <summary>Writes a grant behind the newest entry; false when the log is no longer as <paramref name="head"/> says.</summary>
    /// <param name="now">Now.</param>
    /// <param name="head">What was decided on.</param>
    /// <param name="permits">The grant.</param>
    /// <param name="entry">Index of the entry that the grant is in.</param>
    private bool Write(long now, long head, long permits, out long entry)
    {
        long index = LogHead.Index(head);
        long length = LogHead.Length(head);

        // ORDER: acquire, after the head was read. PAIRS: NoteExpiry, before the head loses an entry. ELSE: a grant in the room of an entry
        // that has expired later than this caller read the clock would be written down as older than that, and expire too early itself.
        long at = Math.Max(now, TAtomics.LoadAcquire(ref _head.AlsoBeside));
        long touched = TAtomics.LoadAcquire(ref _touched);
        while (at - touched > _windowTicks >> 2)
        {
            // ORDER: full fence, before the entry is written; somebody else's earlier time does not do. PAIRS: the readings in Touch. ELSE:
            // a new entry could be taken for one out of date.
            long seen = TAtomics.CompareExchange(ref _touched, at, touched);
            touched = seen == touched ? at : seen;
        }

        long time = ((at - 1) >> _shift) + 1;
        if (length > 0)
        {
            // Times in the log never go back, whatever callers read: only the oldest entry has to be looked at.
            long before = TAtomics.LoadAcquire(ref Cell(index - 1));
            time += Math.Max(0, -LogEntry.Age(before, time));
        }

        if (length == _ring.Length - 1)
        {
            return AddToNewest(head, time, permits, out entry);
        }

        entry = index;
        return Append(index, time, permits);
    }

    private bool Append(long index, long time, long permits)
    {
        ref long cell = ref Cell(index);
        long free = TAtomics.LoadAcquire(ref cell);
        long entry = LogEntry.Pack(time, Lap(index), permits);

        if (TAtomics.Has(Defect.StoreAfterCheck) && !LogEntry.IsOfLap(free, Lap(index)))
        {
            TAtomics.Store(ref cell, entry);
            MoveOver(TAtomics.LoadAcquire(ref _head.Value), entry, index);
            return true;
        }

        // ORDER: full fence; the grant is made here, before the head shows it. Only one caller can fill the cell, and while it is
        // filled nobody else is granted anything: the sum that was decided on can only have gone down.
        // PAIRS: every other grant. ELSE: two callers could take the same room. The cell is read before the head is looked at again: with
        // the head still there, the cell is of an older lap, not of a newer one.
        if (LogEntry.IsOfLap(free, Lap(index))
            || LogHead.Index(TAtomics.LoadAcquire(ref _head.Value)) != (index & LogHead.IndexMask)
            || TAtomics.CompareExchange(ref cell, entry, free) != free)
        {
            return false;
        }

        MoveOver(TAtomics.LoadAcquire(ref _head.Value), entry, index);
        return true;
    }

    private void MoveOver(long head, long entry)
    {
        // A sealed entry at the other end goes in the same step.
        long length = LogHead.Length(head) + 1;
        long used = LogHead.Used(head) + LogEntry.Permits(entry);
        if (length > 1)
        {
            long tail = LogHead.Tail(head);
            long oldest = TAtomics.LoadAcquire(ref Cell(tail));
            if (LogEntry.IsSealed(oldest) && LogEntry.IsOfLap(oldest, Lap(tail)))
            {
                length--;
                used -= LogEntry.Permits(oldest);
            }
        }

        long next = LogHead.Pack(LogHead.Index(head) + 1, length, used, LogHead.HasLine(head));
        TAtomics.CompareExchange(ref _head.Value, next, head);
    }

    private void MoveOver(long head, long entry, long index)
    {
        while (LogHead.Index(head) == index)
        {
            MoveOver(head, entry);
            head = TAtomics.LoadAcquire(ref _head.Value);
        }
    }

    /// <summary>
    /// The ring is full although the limit is not reached, because much was refunded: the grant joins the newest entry, whose
    /// permits then all count from now. Stricter than exact, never looser.
    /// </summary>
    private bool AddToNewest(long head, long time, long permits, out long joinedIndex)
    {
        long index = LogHead.Index(head);
        joinedIndex = 0;
        long next = LogHead.Pack(index, LogHead.Length(head), LogHead.Used(head) + permits, LogHead.HasLine(head));
        if (TAtomics.CompareExchange(ref _head.Value, next, head) != head)
        {
            return false;
        }

        // The permits are on the head; now they need an entry to go away with.
        while (true)
        {
            head = TAtomics.LoadAcquire(ref _head.Value);
            index = LogHead.Index(head);
            long newest = (index - 1) & LogHead.IndexMask;
            long entry = TAtomics.LoadAcquire(ref Cell(newest));
            if (LogHead.Length(head) > 0 && LogEntry.IsOfLap(entry, Lap(newest)) && !LogEntry.IsSealed(entry))
            {
                long later = time + Math.Max(0, -LogEntry.Age(entry, time));
                long joined = LogEntry.Pack(later, Lap(newest), LogEntry.Permits(entry) + permits);
                if (TAtomics.CompareExchange(ref Cell(newest), joined, entry) == entry)
                {
                    joinedIndex = newest;
                    return true;
                }

                continue;
            }

            long pending = TAtomics.LoadAcquire(ref Cell(index));
            if (LogEntry.IsOfLap(pending, Lap(index)))
            {
                // Somebody has written an entry and not come to moving the head over it: done here, or this would wait for that thread.
                MoveOver(head, pending);
            }
            else if (LogHead.Length(head) < _ring.Length - 1 && Append(index, time, permits))
            {
                // All entries are gone meanwhile; the new one has brought its permits to the head once more.
                TakeOff(permits);
                joinedIndex = index;
                return true;
            }
        }
    }
}
