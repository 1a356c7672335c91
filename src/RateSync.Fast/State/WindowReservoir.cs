using System.Diagnostics.CodeAnalysis;
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using RateSync.Fast.Algorithms;
using RateSync.Fast.Time;

namespace RateSync.Fast.State;

/// <summary>
/// A window limit counted in whole sub-windows. The current sub-window is in the head word, on which every decision is made; the ones
/// before it are written down beside it before it is left, and do not change any more except by refunds.
/// </summary>
/// <remarks>
/// With S older sub-windows that are together at least as long as the window, whatever real window is looked at lies within
/// the S + 1 that are counted: the limit is strict, and at least S in S + 1 of it can be used. With none it is the fixed window.
/// A mutable struct: fields of this type must not be readonly.
/// </remarks>
internal struct WindowReservoir<TAtomics> : IReservoir
    where TAtomics : struct, IAtomics
{
    /// <summary>The head tells indexes apart modulo 2^24; long before that many sub-windows pass unseen it is set anew.</summary>
    private const long TouchIndexes = 1L << 21;

    private const long NotYet = long.MinValue;

    private readonly WindowTerms _terms;
    private readonly bool _aligned;
    private readonly long[] _booked;
    private readonly long[] _refunded;
    private PaddedWord _head;
    private long _touched;

    // Guesses, shared without order: the sub-window that was last found current, and whether anything was ever given back.
    private long _current;
    private bool _anyRefund;

    // Clock tick at which sub-window 0 begins; NotYet until the first use where that is what sets it.
    private long _start;

    /// <summary>Makes an unused window.</summary>
    /// <param name="terms">The limit.</param>
    /// <param name="chunks">What cells may hold.</param>
    /// <param name="clock">The clock that ticks come from.</param>
    /// <param name="now">A tick at which nothing has been granted yet.</param>
    /// <param name="start">Tick at which sub-windows begin to be counted, not after <paramref name="now"/>; or null for the first use.</param>
    /// <param name="aligned">Whether the calendar says where they begin, which nothing may move.</param>
    public WindowReservoir(in WindowTerms terms, ChunkPlan chunks, in Clock clock, long now, long? start, bool aligned = false)
    {
        _terms = terms;
        _aligned = aligned;
        Chunks = chunks;
        int cells = (int)BitOperations.RoundUpToPowerOf2((uint)terms.Older + 1);
        _booked = new long[cells];
        _refunded = new long[cells];
        _start = start ?? NotYet;
        BeginIn(start is null ? 0 : terms.IndexOf(now - start.Value));
    }

    public readonly long Limit => _terms.Limit;

    /// <summary>
    /// Interpolation takes the older sub-window for evenly spread. Where all its permits came at its end, and all of the present one's as soon as
    /// they could, nearly twice the limit lies in one window.
    /// </summary>
    public readonly double DeclaredExcess => _terms.Interpolate ? _terms.Limit - 1 : 0;

    public ChunkPlan Chunks { get; }

    public readonly bool HasBookings => true;

    public long StampOfCells(in Clock clock)
    {
        Roll(Elapsed(clock.Now()), out long index);
        return index + 1;
    }

    [UnscopedRef]
    public ref long LastGrant => ref _head.Beside;

    public Outcome Transact(long now, in Transfer transfer)
    {
        long elapsed = Elapsed(now);
        while (true)
        {
            long head = Roll(elapsed, out long index);
            Outcome outcome = View(elapsed, head, index, out long older);
            long next = Step(head, older, transfer, ref outcome);
            outcome.Stamp = index + 1;

            // ORDER: full fence. A refusal is valid only if the head stayed as it was while the older bookings were read.
            // PAIRS: every other step on the head. ELSE: bookings of two different moments could be added up.
            if (next == head ? TAtomics.LoadAcquire(ref _head.Value) == head
                : TAtomics.CompareExchange(ref _head.Value, next, head) == head)
            {
                return outcome;
            }
        }
    }

    public QuickAnswer TryTakeAlone(long now, long permits, out long stamp)
    {
        long head = TAtomics.LoadAcquire(ref _head.Value);
        long elapsed = now - TAtomics.LoadAcquire(ref _start);
        long index = _current;
        stamp = index + 1;
        if (!_terms.Contains(index, elapsed) || _terms.Interpolate)
        {
            return QuickAnswer.Unsure;
        }

        while (WindowHead.IsAlone(head, index))
        {
            // What is booked in older sub-windows stays as it is while the head is of this one; refunds only make it less.
            if (Older(index) + WindowHead.Count(head) + permits > _terms.Limit)
            {
                long seen = TAtomics.LoadAcquire(ref _head.Value);
                if (seen == head)
                {
                    return _terms.StartOf(index + 1) - elapsed > CoarseClock.WorthwhileTicks ? QuickAnswer.RefusedForLong : QuickAnswer.Refused;
                }

                head = seen;
                continue;
            }

            if (TAtomics.Has(Defect.AddAfterCheck))
            {
                TAtomics.Add(ref _head.Value, WindowHead.Plus(0, permits));
                return QuickAnswer.Granted;
            }

            // ORDER: full fence. PAIRS: every other step on the head. ELSE: two callers could take the same room.
            long before = TAtomics.CompareExchange(ref _head.Value, WindowHead.Plus(head, permits), head);
            if (before == head)
            {
                return QuickAnswer.Granted;
            }

            head = before;
        }

        return QuickAnswer.Unsure;
    }

    public bool MaySpareChunk(long now) =>
        _terms.Limit - Older(_current) - WindowHead.Count(TAtomics.LoadAcquire(ref _head.Value)) >= Chunks.LowWater;

    public Outcome Look(long now)
    {
        long elapsed = Elapsed(now);
        while (true)
        {
            long head = Roll(elapsed, out long index);
            Outcome outcome = View(elapsed, head, index, out _);
            if (TAtomics.LoadAcquire(ref _head.Value) == head)
            {
                return outcome;
            }
        }
    }

    public Description Describe(long now, in Outcome outcome, long permits, long below)
    {
        Elapsed(now);
        long elapsed = now - TAtomics.LoadAcquire(ref _start);
        long used = outcome.Level - below;
        long left = _terms.Limit - used;
        long remaining = Math.Max(0, left);
        long index = WindowHead.Index(TAtomics.LoadAcquire(ref _head.Value), TAtomics.LoadAcquire(ref _touched));
        long reset = used <= 0 ? 0 : ResetTicks(elapsed, index, below);
        return permits <= remaining
            ? new Description(remaining, 0, 0, reset)
            : new Description(remaining, permits - left, RetryTicks(elapsed, index, permits, below), reset);
    }

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

        // Not known where it was booked. Or not enough is left there although it still counts: another refund has taken that instead of its own, or
        // a cell granted it, whose chunk came home later than the stamp says.
        GiveBackOldest(index, ref left);
        long head = TAtomics.LoadAcquire(ref _head.Value);
        line = WindowHead.HasLine(head);
        return WindowHead.Armed(head) != 0 ? left : 0;
    }

    public void RaiseLine() => SetLine(true);

    public void LowerLine() => SetLine(false);

    public Carryover Export(long now)
    {
        Carryover spent = new() { At = now, Window = _terms, IsAligned = _aligned };
        long start = _start;
        if (start == NotYet)
        {
            return spent;
        }

        long head = Roll(Elapsed(now), out long index);
        List<SpentPermits> bookings = [];
        for (long i = index - _terms.Older; i <= index; i++)
        {
            long count = i == index ? Current(head, i) : BookedIn(i);
            if (count > 0)
            {
                long from = start + _terms.StartOf(i);
                bookings.Add(new SpentPermits(from, Math.Max(from, Math.Min(now, start + _terms.StartOf(i + 1) - 1)), count));
            }
        }

        return spent with { Start = start, Spent = CollectionsMarshal.AsSpan(bookings) };
    }

    public bool Inherit(in Carryover spent)
    {
        if (spent.Window is { } window && window with { Limit = _terms.Limit } == _terms && spent.IsAligned == _aligned)
        {
            // The same sub-windows: each goes on to count for as long as it would have.
            if (spent.Start is { } start)
            {
                _start = start;
                BookByTime(spent, byFrom: true);
            }

            return true;
        }

        if (spent.Spent.Length == 0)
        {
            return false;
        }

        if (_aligned)
        {
            BookByTime(spent, byFrom: false);
        }
        else if (_terms.Older == 0 || _terms.Interpolate)
        {
            // As if all of it had been granted just now: nothing of it may fade before its time.
            _start = spent.Latest;
            BeginIn(0);
            foreach (SpentPermits part in spent.Spent)
            {
                Book(spent.Latest - part.To < _terms.Ticks ? 0 : -1, part);
            }
        }
        else
        {
            // The sub-windows may begin anywhere: so that all that still counts lies in one that is not before the first.
            long oldest = spent.Latest - spent.Spent[0].To;
            long before = Math.Min(_terms.Older, (oldest / _terms.Ticks) + 1);
            _start = spent.Latest - _terms.StartOf(before);
            BookByTime(spent, byFrom: false);
        }

        return false;
    }

    /// <summary>Books what was spent in the sub-windows that it was granted in.</summary>
    private void BookByTime(in Carryover spent, bool byFrom)
    {
        BeginIn(Math.Max(0, _terms.IndexOf(spent.Latest - _start)));
        foreach (SpentPermits part in spent.Spent)
        {
            long elapsed = (byFrom ? part.From : part.To) - _start;
            Book(elapsed < 0 ? -1 : _terms.IndexOf(elapsed), part);
        }
    }

    /// <summary>Empties all sub-windows; the current one is the given one.</summary>
    private void BeginIn(long index)
    {
        Array.Fill(_booked, WindowBooking.Pack(index - (2 * _booked.Length), 0));
        Array.Fill(_refunded, WindowBooking.Pack(index - (2 * _booked.Length), 0));
        _touched = _current = index;
        _head.Value = WindowHead.Pack(index, 0, 0, line: false);
    }

    /// <summary>Books permits in the current sub-window or one that still counts, before the first use; no more than a sub-window can hold.</summary>
    private void Book(long index, in SpentPermits part)
    {
        if (index < 0 || index < _current - _terms.Older)
        {
            return;
        }

        if (index >= _current)
        {
            long all = Math.Min(WindowHead.MaxCount, WindowHead.Count(_head.Value) + part.RoundedUp);
            _head.Value = WindowHead.Pack(_current, all, 0, line: false);
            return;
        }

        ref long slot = ref Slot(_booked, index);
        slot = WindowBooking.Pack(index, Math.Min(WindowHead.MaxCount, WindowBooking.CountFor(slot, index) + part.RoundedUp));
    }

    private void SetLine(bool line)
    {
        long head = TAtomics.LoadAcquire(ref _head.Value);
        while (WindowHead.HasLine(head) != line)
        {
            // ORDER: full fence. PAIRS: see the line's own index, as with GcraReservoir.SetLine.
            // ELSE: the flag could be lowered over a waiter.
            long seen = TAtomics.CompareExchange(ref _head.Value, WindowHead.WithLine(head, line), head);
            if (seen == head)
            {
                return;
            }

            head = seen;
        }
    }

    /// <summary>Ticks since sub-windows are counted; the first use starts them where nothing else did.</summary>
    private long Elapsed(long now)
    {
        long start = TAtomics.LoadAcquire(ref _start);
        if (start == NotYet)
        {
            long seen = TAtomics.CompareExchange(ref _start, now, NotYet);
            start = seen == NotYet ? now : seen;
        }

        return Math.Max(0, now - start);
    }

    /// <summary>Brings the head up to the present sub-window; a time read early finds it further on already.</summary>
    private long Roll(long elapsed, out long index)
    {
        long wanted = _terms.Contains(_current, elapsed) ? _current : _terms.IndexOf(elapsed);
        long since = wanted - TAtomics.LoadAcquire(ref _touched);
        if (since > TouchIndexes)
        {
            Touch(wanted);
        }
        else if (since < -TouchIndexes)
        {
            // The clock was set back, so far that the head could be taken for one of a turn before.
            wanted -= since + TouchIndexes;
        }

        while (true)
        {
            long head = TAtomics.LoadAcquire(ref _head.Value);
            index = WindowHead.Index(head, wanted);
            if (index >= wanted)
            {
                if (_current != index)
                {
                    // Written only when it changes: it lies with what every caller reads.
                    _current = index;
                }

                return head;
            }

            if (_terms.Older == 0 || WriteDown(head, index))
            {
                // ORDER: full fence; the bookings of the sub-window are written down before it is left. PAIRS: the sums in View.
                // ELSE: a window that covers it could miss them.
                long next = WindowHead.Pack(wanted, 0, WindowHead.Armed(head), WindowHead.HasLine(head));
                if (TAtomics.Has(Defect.WindowRolledOverInTwoSteps))
                {
                    long indexOnly = WindowHead.Plus(next, WindowHead.Count(head));
                    if (TAtomics.CompareExchange(ref _head.Value, indexOnly, head) == head)
                    {
                        TAtomics.Store(ref _head.Value, next);
                    }

                    continue;
                }

                TAtomics.CompareExchange(ref _head.Value, next, head);
            }
        }
    }

    /// <summary>Writes down what was booked in the current sub-window, so that it may be left; false when the head has changed.</summary>
    private bool WriteDown(long head, long index)
    {
        // ORDER: the slot is read before the head is looked at again. PAIRS: the exchange of the slot below, which then fails if a
        // later count was written since. ELSE: somebody with an old head could write an old count over the last one.
        ref long slot = ref Slot(_booked, index);
        long before = TAtomics.LoadAcquire(ref slot);
        if (TAtomics.LoadAcquire(ref _head.Value) != head)
        {
            return false;
        }

        long booking = WindowBooking.Pack(index, WindowHead.Count(head));
        return before == booking || TAtomics.CompareExchange(ref slot, booking, before) == before;
    }

    private Outcome View(long elapsed, long head, long index, out long older)
    {
        older = Older(index);
        if (_terms.Interpolate)
        {
            long oldest = BookedIn(index - _terms.Older);
            older = Math.Max(LeastOlder, older + _terms.Weigh(oldest, elapsed, index) - oldest);
        }

        int armed = WindowHead.Armed(head);
        return new Outcome
        {
            Armed = armed,
            HeldByLine = WindowHead.HasLine(head),
            Level = older + WindowHead.Count(head) + (armed * Chunks.ChunkSize),
        };
    }

    /// <summary>
    /// However much was given back, no more is granted in a sub-window than its head can count: this much is taken for used by older ones, which is
    /// negative unless billions were granted and given back. ELSE the count would come round and free the limit.
    /// </summary>
    private readonly long LeastOlder => _terms.Limit - WindowHead.MaxBooked;

    /// <summary>What is booked in older sub-windows that still count, less all refunds.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private readonly long Older(long index)
    {
        long sum = 0;
        for (long i = index - _terms.Older; i < index; i++)
        {
            sum += WindowBooking.CountFor(TAtomics.LoadAcquire(ref Slot(_booked, i)), i);
        }

        return _anyRefund ? Math.Max(LeastOlder, sum - Refunded(index)) : sum;
    }

    private readonly long Refunded(long index)
    {
        long sum = 0;
        for (long i = index - _terms.Older; i <= index; i++)
        {
            sum += WindowBooking.CountFor(TAtomics.LoadAcquire(ref Slot(_refunded, i)), i);
        }

        return sum;
    }

    /// <summary>What is booked in an older sub-window, less refunds.</summary>
    private readonly long BookedIn(long index) =>
        WindowBooking.CountFor(TAtomics.LoadAcquire(ref Slot(_booked, index)), index)
        - WindowBooking.CountFor(TAtomics.LoadAcquire(ref Slot(_refunded, index)), index);

    /// <summary>One step on the head; the next head is equal to the old one when nothing changes.</summary>
    private readonly long Step(long head, long older, in Transfer transfer, ref Outcome outcome)
    {
        bool line = WindowHead.HasLine(head);
        int armed = WindowHead.Armed(head) - transfer.Disarmed;

        // What a chunk's tokens were spent on is booked when it is known, which is later than they were spent: until then the whole chunk is charged.
        long count = WindowHead.Count(head) + transfer.Spent;
        long room = _terms.Limit - older - count - (armed * Chunks.ChunkSize);
        outcome.HeldByLine = line && !transfer.HeadOfLine && !transfer.IntoDebt;
        if (!outcome.HeldByLine && transfer.Take != 0)
        {
            long most = _anyRefund ? WindowHead.MaxBooked - (armed * Chunks.ChunkSize) : WindowHead.MaxCount;
            outcome.Granted = transfer.IntoDebt ? count + transfer.Take <= most : transfer.Take + transfer.Keep <= room;
            if (outcome.Granted)
            {
                count += transfer.Take;
                room -= transfer.Take;
                if (transfer.WantChunk && !line && armed < Chunks.MaxArmed && room - Chunks.ChunkSize >= Chunks.LowWater)
                {
                    outcome.GotChunk = true;
                    room -= Chunks.ChunkSize;
                    armed++;
                }
            }
        }

        outcome.Armed = armed;
        outcome.Level = _terms.Limit - room;
        return outcome.Granted || transfer.Disarmed != 0
            ? (head & 0xFFFF_FF00) | WindowHead.Pack(0, count, armed, line)
            : head;
    }

    /// <summary>Ticks until the newest sub-window in which something is booked has ceased to count.</summary>
    private long ResetTicks(long elapsed, long index, long below)
    {
        long newest = index;
        if (UsedNow(index) - below <= 0)
        {
            do
            {
                newest--;
            }
            while (newest > index - _terms.Older && BookedIn(newest) <= 0);
        }

        return Math.Max(0, _terms.StartOf(newest + _terms.Older + 1) - elapsed);
    }

    /// <summary>What counts in the current sub-window, chunks that are out included.</summary>
    private long UsedNow(long index)
    {
        long head = TAtomics.LoadAcquire(ref _head.Value);
        return Current(head, index) + (WindowHead.Armed(head) * Chunks.ChunkSize);
    }

    /// <summary>What is booked in the current sub-window, less refunds.</summary>
    private readonly long Current(long head, long index) =>
        WindowHead.Count(head) - WindowBooking.CountFor(TAtomics.LoadAcquire(ref Slot(_refunded, index)), index);

    private long RetryTicks(long elapsed, long index, long permits, long below)
    {
        long windows = (permits - 1) / _terms.Limit;
        long rest = permits - (windows * _terms.Limit);
        long ticks = RetryTicksWithinLimit(elapsed, index, rest, below);
        long head = TAtomics.LoadAcquire(ref _head.Value);
        if (WindowHead.Count(head) + (WindowHead.Armed(head) * Chunks.ChunkSize) + rest > WindowHead.MaxBooked)
        {
            ticks = Math.Max(ticks, _terms.StartOf(index + 1) - elapsed);
        }

        Int128 all = ((Int128)windows * _terms.Ticks * (_terms.Older + 1)) + ticks;
        return (long)Int128.Min(all, long.MaxValue / 2);
    }

    private long RetryTicksWithinLimit(long elapsed, long index, long permits, long below)
    {
        long head = TAtomics.LoadAcquire(ref _head.Value);
        long current = Current(head, index);
        long used = current + (WindowHead.Armed(head) * Chunks.ChunkSize) - below;
        if (_terms.Interpolate)
        {
            long before = BookedIn(index - 1);
            long room = _terms.Limit - permits - used;
            long at = room >= 0
                ? _terms.StartOf(index) + _terms.FadesAfter(before, room)
                : _terms.StartOf(index + 1) + _terms.FadesAfter(current, Math.Max(0, _terms.Limit - permits));
            return Math.Max(0, at - elapsed);
        }

        // Newest first: what would still count after sub-window i has gone.
        long left = used;
        for (long i = index - 1; i >= index - _terms.Older; i--)
        {
            long count = BookedIn(i);
            if (left + count + permits > _terms.Limit)
            {
                return left + permits > _terms.Limit
                    ? Math.Max(0, _terms.StartOf(index + _terms.Older + 1) - elapsed)
                    : Math.Max(0, _terms.StartOf(i + _terms.Older + 1) - elapsed);
            }

            left += count;
        }

        return left + permits > _terms.Limit ? Math.Max(0, _terms.StartOf(index + _terms.Older + 1) - elapsed) : 0;
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

    private static ref long Slot(long[] slots, long index) =>
        ref slots[(int)(index & (slots.Length - 1))];

    /// <summary>
    /// After very long idling, moves the head to the present turn of the index circle. Announced first: whoever comes in
    /// between finds the head ahead of time and is refused, or granted what is left beside the old count, which is kept.
    /// </summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private void Touch(long wanted)
    {
        long touched = TAtomics.LoadAcquire(ref _touched);
        long head = TAtomics.LoadAcquire(ref _head.Value);
        if (wanted - touched <= TouchIndexes || TAtomics.CompareExchange(ref _touched, wanted, touched) != touched)
        {
            return;
        }

        MoveHead(head, touched, wanted);
        ForgetOld(_booked, touched, wanted);
        ForgetOld(_refunded, touched, wanted);
    }

    private void MoveHead(long head, long touched, long wanted)
    {
        // What is counted from here on was granted since, by somebody who took the old index for one ahead of time.
        long old = WindowHead.Count(head);
        long index = WindowHead.Index(head, touched);
        while (index < wanted - _terms.Older && WindowHead.Index(head, touched) == index)
        {
            long next = WindowHead.Pack(wanted, WindowHead.Count(head) - old, WindowHead.Armed(head), WindowHead.HasLine(head));
            long seen = TAtomics.CompareExchange(ref _head.Value, next, head);
            if (seen == head)
            {
                return;
            }

            head = seen;
        }
    }

    /// <summary>
    /// Takes out what was written down long ago: it tells its sub-window modulo 2^32 only, and would count again when that comes round.
    /// </summary>
    private static void ForgetOld(long[] slots, long touched, long wanted)
    {
        for (int i = 0; i < slots.Length; i++)
        {
            long booking = TAtomics.LoadAcquire(ref slots[i]);
            long index = touched + (int)((uint)(booking >> 32) - (uint)touched);
            if (index < wanted - (TouchIndexes >> 1))
            {
                // ORDER: full fence. PAIRS: the exchanges in WriteDown and GiveBack. ELSE: what somebody writes down just now could be lost.
                TAtomics.CompareExchange(ref slots[i], WindowBooking.Pack(wanted - (2 * slots.Length), 0), booking);
            }
        }
    }
}
