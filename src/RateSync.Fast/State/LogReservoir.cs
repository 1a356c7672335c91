using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using RateSync.Fast.Algorithms;
using RateSync.Fast.Time;

namespace RateSync.Fast.State;

/// <summary>
/// An exact sliding window: a ring of the grants that still count, each with its time. The head word says where the ring ends
/// and what it adds up to.
/// </summary>
/// <remarks>
/// A grant first writes its entry into the one free cell behind the newest, which only one caller can do, and then moves the head over it;
/// whoever finds an entry that the head has not been moved over does that first. An entry that has grown too old is sealed, so that
/// nothing can be taken out of it any more, and then taken off the head. A mutable struct: fields of this type must not be readonly.
/// </remarks>
internal struct LogReservoir<TAtomics> : IReservoir
    where TAtomics : struct, IAtomics
{
    /// <summary>Largest limit whose grants are kept one by one.</summary>
    public const long MaxLimit = 1 << 16;

    private readonly long _window;
    private readonly int _shift;
    private readonly long _windowTicks;
    private readonly long[] _ring;
    private PaddedWord _head;

    // A tick at most a quarter window before the newest entry. Entries tell time modulo 2^41 units only; this says when all of them are out of date.
    private long _touched;

    public LogReservoir(long limit, long windowTicks, in Clock clock, long now)
    {
        Limit = limit;
        _windowTicks = windowTicks;
        while (windowTicks >> _shift > 1L << (LogEntry.TimeBits - 4))
        {
            _shift++;
        }

        _window = ((windowTicks - 1) >> _shift) + 1;

        // Twice the limit: refunded entries keep their place in the ring until they are too old.
        long cells = Math.Max(8, (long)System.Numerics.BitOperations.RoundUpToPowerOf2((ulong)limit) * 2);
        _ring = new long[Math.Min(cells, 1L << 17)];
        _touched = now;
        _head.AlsoBeside = now;
    }

    public long Limit { get; }

    public readonly double DeclaredExcess => 0;

    public readonly ChunkPlan Chunks => ChunkPlan.None;

    public readonly bool HasBookings => true;

    public readonly long StampOfCells(in Clock clock) => 0;

    [UnscopedRef]
    public ref long LastGrant => ref _head.Beside;

    public Outcome Transact(long now, in Transfer transfer)
    {
        now = NotFarBack(now);
        long fence = Touch(now);
        while (true)
        {
            long head = Expire(now, fence);
            long used = LogHead.Used(head);
            Outcome outcome = new()
            {
                HeldByLine = LogHead.HasLine(head) && !transfer.HeadOfLine && !transfer.IntoDebt,
                Level = used,
            };
            long most = transfer.IntoDebt ? LogHead.MaxUsed : Limit - transfer.Keep;
            if (transfer.Take == 0 || outcome.HeldByLine || used + transfer.Take > most)
            {
                // A refusal is valid only for a head that did not change while the log was read.
                if (TAtomics.LoadAcquire(ref _head.Value) == head)
                {
                    return outcome;
                }
            }
            else if (Write(now, head, transfer.Take, out long entry))
            {
                outcome.Granted = true;
                outcome.Level = used + transfer.Take;
                outcome.Stamp = entry + 1;
                return outcome;
            }
        }
    }

    public QuickAnswer TryTakeAlone(long now, long permits, out long stamp)
    {
        long head = TAtomics.LoadAcquire(ref _head.Value);
        stamp = LogHead.Index(head) + 1;
        long touched = TAtomics.LoadAcquire(ref _touched);
        long index = LogHead.Index(head);
        long length = LogHead.Length(head);
        if (LogHead.HasLine(head) || now - touched > _windowTicks >> 2 || length >= _ring.Length - 1 || NotFarBack(now) != now
            || LogEntry.IsOfLap(TAtomics.LoadAcquire(ref Cell(index)), Lap(index)))
        {
            return QuickAnswer.Unsure;
        }

        long used = LogHead.Used(head);
        if (length > 0)
        {
            long tail = LogHead.Tail(head);
            ref long last = ref Cell(tail);
            long oldest = TAtomics.LoadAcquire(ref last);
            if (!LogEntry.IsOfLap(oldest, Lap(tail)))
            {
                return QuickAnswer.Unsure;
            }

            if (LogEntry.IsSealed(oldest))
            {
                used -= LogEntry.Permits(oldest);
            }
            else if (LogEntry.Age(oldest, now >> _shift) >= _window)
            {
                // ORDER: full fence; see Expire. The head loses the entry when it is moved over the new one.
                NoteExpiry(now);
                if (TAtomics.CompareExchange(ref last, oldest | LogEntry.Sealed, oldest) != oldest)
                {
                    return QuickAnswer.Unsure;
                }

                used -= LogEntry.Permits(oldest);
            }
            else if (LogEntry.Permits(oldest) == 0)
            {
                return QuickAnswer.Unsure;
            }

            if (used + permits > Limit)
            {
                // Entries behind the oldest may be too old as well: then there is more to take off than one.
                long left = _window - LogEntry.Age(oldest, now >> _shift);
                return left <= 0 || TAtomics.LoadAcquire(ref _head.Value) != head ? QuickAnswer.Unsure
                    : left << _shift > CoarseClock.WorthwhileTicks ? QuickAnswer.RefusedForLong
                    : QuickAnswer.Refused;
            }
        }
        else if (used != 0)
        {
            // Permits that are on the head already and have not come to their entry yet.
            return QuickAnswer.Unsure;
        }

        return Write(now, head, permits, out _) ? QuickAnswer.Granted : QuickAnswer.Unsure;
    }

    public bool MaySpareChunk(long now) => false;

    public Outcome Look(long now)
    {
        now = NotFarBack(now);
        long fence = Touch(now);
        long head = Expire(now, fence);
        return new Outcome { HeldByLine = LogHead.HasLine(head), Level = LogHead.Used(head) };
    }

    public Description Describe(long now, in Outcome outcome, long permits, long below)
    {
        long head = TAtomics.LoadAcquire(ref _head.Value);
        long room = Limit - outcome.Level;
        long remaining = Math.Max(0, room);
        long reset = outcome.Level <= 0 ? 0 : ResetTicks(now, head);
        if (permits <= remaining)
        {
            return new Description(remaining, 0, 0, reset);
        }

        long windows = (permits - 1) / Limit;
        long freed = Limit - LogHead.Used(head);
        long wanted = permits - (windows * Limit);
        long ticks = 0;
        for (long i = LogHead.Tail(head), left = LogHead.Length(head); left > 0 && freed < wanted; i++, left--)
        {
            freed += LogEntry.Permits(TAtomics.LoadAcquire(ref Cell(i)));
            ticks = TicksUntilGone(now, i);
        }

        Int128 all = ((Int128)windows * _windowTicks) + ticks;
        return new Description(remaining, permits - room, (long)Int128.Min(all, long.MaxValue / 2), reset);
    }

    public long Refund(long now, long permits, long stamp, out bool line)
    {
        long head = TAtomics.LoadAcquire(ref _head.Value);
        long left = permits;
        if (stamp != 0)
        {
            GiveBack((stamp - 1) & LogHead.IndexMask, ref left);
        }

        // Where it is known but not enough is left there although it still counts, a refund that did not know has taken it instead of its own.
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

    public void RaiseLine() => SetLine(LogHead.LineBit);

    public void LowerLine() => SetLine(0);

    public Carryover Export(long now)
    {
        Look(now);
        long near = NotFarBack(now) >> _shift;
        long head = TAtomics.LoadAcquire(ref _head.Value);
        SpentPermits[] entries = new SpentPermits[LogHead.Length(head)];
        for (int i = 0; i < entries.Length; i++)
        {
            long entry = TAtomics.LoadAcquire(ref Cell(LogHead.Tail(head) + i));
            long time = (near - LogEntry.Age(entry, near)) << _shift;
            entries[i] = new SpentPermits(time, time, LogEntry.Permits(entry));
        }

        return new Carryover { At = now, Spent = entries, LogIndex = LogHead.Index(head) };
    }

    public bool Inherit(in Carryover spent)
    {
        // From the newest on, as far as there is room: the oldest of them count together with the next, and what not even the head can count
        // is left out. While the others last, which are as many as the limit, nothing is granted: neither frees anything too early or too late.
        List<(long Time, long Permits)> entries = [];
        long used = 0;
        for (int i = spent.Spent.Length - 1; i >= 0; i--)
        {
            SpentPermits part = spent.Spent[i];
            long time = ((part.To - 1) >> _shift) + 1;
            if ((spent.At >> _shift) - time >= _window)
            {
                break;
            }

            long permits = Math.Min(part.RoundedUp, LogHead.MaxUsed - used);
            used += permits;
            if (entries.Count < _ring.Length - 1)
            {
                entries.Add((time, permits));
            }
            else
            {
                entries[^1] = (entries[^1].Time, entries[^1].Permits + permits);
            }
        }

        // Entries of another log keep their indexes, by which permits that were granted there find them; those that do not count any more are found
        // to be too old.
        long index = spent.LogIndex ?? entries.Count;
        for (long i = index; i < index + _ring.Length; i++)
        {
            Cell(i) = LogEntry.Pack((spent.At >> _shift) - _window, Lap(i) - 1, 0);
        }

        for (int i = 0; i < entries.Count; i++)
        {
            long at = (index - 1 - i) & LogHead.IndexMask;
            Cell(at) = LogEntry.Pack(entries[i].Time, Lap(at), entries[i].Permits);
        }

        _head.Value = LogHead.Pack(index, entries.Count, used, line: false);
        _touched = spent.Latest;
        _head.AlsoBeside = spent.At;
        return spent.LogIndex is not null;
    }

    private void SetLine(long bit)
    {
        long head = TAtomics.LoadAcquire(ref _head.Value);
        while ((head & LogHead.LineBit) != bit)
        {
            // ORDER: full fence. PAIRS: the line's own index, as with GcraReservoir.SetLine. ELSE: the flag could be lowered over a waiter.
            long seen = TAtomics.CompareExchange(ref _head.Value, (head & ~LogHead.LineBit) | bit, head);
            if (seen == head)
            {
                return;
            }

            head = seen;
        }
    }

    /// <summary>Takes everything off the head that is too old, and returns a head with nothing left to do before it.</summary>
    private long Expire(long now, long allBefore)
    {
        while (true)
        {
            long head = TAtomics.LoadAcquire(ref _head.Value);
            long index = LogHead.Index(head);
            long newest = TAtomics.LoadAcquire(ref Cell(index));
            if (LogEntry.IsOfLap(newest, Lap(index)))
            {
                MoveOver(head, newest);
                continue;
            }

            if (LogHead.Length(head) == 0)
            {
                return head;
            }

            long tail = LogHead.Tail(head);
            long oldest = TAtomics.LoadAcquire(ref Cell(tail));
            bool old = LogEntry.Age(oldest, now >> _shift) >= _window
                || LogEntry.Permits(oldest) == 0
                || (allBefore >= 0 && ((allBefore - 1 - tail) & LogHead.IndexMask) < (long)_ring.Length);
            if (LogEntry.IsSealed(oldest))
            {
                long next = LogHead.Pack(index, LogHead.Length(head) - 1, LogHead.Used(head) - LogEntry.Permits(oldest), LogHead.HasLine(head));
                TAtomics.CompareExchange(ref _head.Value, next, head);
            }
            else if (old && LogEntry.IsOfLap(oldest, Lap(tail)))
            {
                // ORDER: full fence; from here on nothing can be given back from the entry. PAIRS: the exchange in GiveBack.
                // ELSE: the same permits could be taken off the head twice.
                NoteExpiry(now);
                TAtomics.CompareExchange(ref Cell(tail), oldest | LogEntry.Sealed, oldest);
            }
            else if (TAtomics.LoadAcquire(ref _head.Value) == head)
            {
                return head;
            }
        }
    }

    /// <summary>Entries are taken for expired at that tick: whoever is granted their room was not granted it earlier.</summary>
    private void NoteExpiry(long now)
    {
        long noted = TAtomics.LoadAcquire(ref _head.AlsoBeside);
        while (noted < now)
        {
            long seen = TAtomics.CompareExchange(ref _head.AlsoBeside, now, noted);
            if (seen == noted)
            {
                return;
            }

            noted = seen;
        }
    }

    /// <summary>Writes a grant behind the newest entry; false when the log is no longer as <paramref name="head"/> says.</summary>
    /// <param name="now">Now.</param>
    /// <param name="head">What was decided on.</param>
    /// <param name="permits">The grant.</param>
    /// <param name="entry">Index of the entry that the grant is in.</param>
    private bool Write(long now, long head, long permits, out long entry)
    {
        long index = LogHead.Index(head);
        long length = LogHead.Length(head);

        // ORDER: acquire, after the head was read. PAIRS: NoteExpiry, before the head loses an entry. ELSE: a grant in the room of an entry that has
        // expired later than this caller read the clock would be written down as older than that, and expire too early itself.
        long at = Math.Max(now, TAtomics.LoadAcquire(ref _head.AlsoBeside));
        long touched = TAtomics.LoadAcquire(ref _touched);
        while (at - touched > _windowTicks >> 2)
        {
            // ORDER: full fence, before the entry is written; somebody else's earlier time does not do. PAIRS: the readings in Touch. ELSE: a new
            // entry could be taken for one out of date.
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
        // PAIRS: every other grant. ELSE: two callers could take the same room. The cell is read before the head is looked at again: with the
        // head still there, the cell is of an older lap, not of a newer one.
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

    /// <summary>Takes out where it would have ended to count first.</summary>
    private void GiveBackOldest(long head, ref long left)
    {
        while (true)
        {
            for (long i = LogHead.Tail(head), entries = LogHead.Length(head); entries > 0 && left > 0; i++, entries--)
            {
                GiveBack(i & LogHead.IndexMask, ref left);
            }

            // Another refund may have taken what was booked for this one, and left what was booked for itself, behind where this one has looked.
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

    /// <summary>Returns the end of the log if all of it is certainly out of date, else a negative number.</summary>
    private long Touch(long now)
    {
        long touched = TAtomics.LoadAcquire(ref _touched);
        if (now - touched <= 2 * _windowTicks)
        {
            return -1;
        }

        // Nothing was granted since shortly after `touched`. If that is still so once the head has been read, everything on it is older.
        long head = TAtomics.LoadAcquire(ref _head.Value);
        if (TAtomics.LoadAcquire(ref _touched) != touched)
        {
            return -1;
        }

        long all = LogHead.Index(head);
        Expire(now, all);
        return all;
    }

    /// <summary>
    /// A clock that was set back by more than the window stands still for us until it is near again: an entry could else be taken for one of a turn
    /// of the time circle before.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private long NotFarBack(long now)
    {
        long latest = Math.Max(TAtomics.LoadAcquire(ref _touched), TAtomics.LoadAcquire(ref _head.AlsoBeside));
        return Math.Max(now, latest - _windowTicks);
    }

    /// <summary>Ticks until the newest grant that was not given back has ceased to count.</summary>
    private long ResetTicks(long now, long head)
    {
        long newest = LogHead.Index(head) - 1;
        for (long left = LogHead.Length(head); left > 1 && LogEntry.Permits(TAtomics.LoadAcquire(ref Cell(newest))) == 0; left--)
        {
            newest--;
        }

        return TicksUntilGone(now, newest);
    }

    private long TicksUntilGone(long now, long index)
    {
        long entry = TAtomics.LoadAcquire(ref Cell(index));
        long near = NotFarBack(now);
        long units = _window - LogEntry.Age(entry, near >> _shift);
        return Math.Max(0, near - now + (units << _shift) - (near & ((1L << _shift) - 1)));
    }

    /// <summary>How far behind the end of the log an index is.</summary>
    private static long Distance(long head, long index) => (LogHead.Index(head) - index) & LogHead.IndexMask;

    private readonly long Lap(long index) => ((index & LogHead.IndexMask) / _ring.Length) + 1;

    private readonly ref long Cell(long index) => ref _ring[(int)(index & (_ring.Length - 1))];
}
