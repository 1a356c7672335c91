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
internal partial struct LogReservoir<TAtomics> : IReservoir
    where TAtomics : struct, IAtomics
{
    /// <summary>Largest limit whose grants are kept one by one.</summary>
    public const long MaxLimit = 1 << 16;

    private readonly long _window;
    private readonly int _shift;
    private readonly long _windowTicks;
    private readonly long[] _ring;
    private PaddedWord _head;

    // A tick at most a quarter window before the newest entry. Entries tell time modulo 2^41 units only; this says when all of them are out
    // of date.
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

    public void RaiseLine() => SetLine(LogHead.LineBit);

    public void LowerLine() => SetLine(0);

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
    /// A clock that was set back by more than the window stands still for us until it is near again: an entry could else be taken for one
    /// of a turn of the time circle before.
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
