using System.Diagnostics.CodeAnalysis;
using System.Numerics;
using System.Runtime.CompilerServices;
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
internal partial struct WindowReservoir<TAtomics> : IReservoir
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
    /// <param name="start">
    /// Tick at which sub-windows begin to be counted, not after <paramref name="now"/>; or null for the first use.
    /// </param>
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
    /// A fixed window, which has no older ones, grants its limit at the end of one period and again at the beginning of the next.
    /// Interpolation takes the older sub-window for evenly spread: where all its permits came at its end, and all of the present one's as
    /// soon as they could, nearly twice the limit lies in one window.
    /// </summary>
    public readonly double DeclaredExcess => _terms.Older == 0 ? _terms.Limit : _terms.Interpolate ? _terms.Limit - 1 : 0;

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

    public void RaiseLine() => SetLine(true);

    public void LowerLine() => SetLine(false);

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
    /// However much was given back, no more is granted in a sub-window than its head can count: this much is taken for used by older ones,
    /// which is negative unless billions were granted and given back. ELSE the count would come round and free the limit.
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

        // What a chunk's tokens were spent on is booked when it is known, which is later than they were spent: until then the whole chunk
        // is charged.
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

    /// <summary>What counts in the current sub-window, chunks that are out included.</summary>
    private long UsedNow(long index)
    {
        long head = TAtomics.LoadAcquire(ref _head.Value);
        return Current(head, index) + (WindowHead.Armed(head) * Chunks.ChunkSize);
    }

    /// <summary>What is booked in the current sub-window, less refunds.</summary>
    private readonly long Current(long head, long index) =>
        WindowHead.Count(head) - WindowBooking.CountFor(TAtomics.LoadAcquire(ref Slot(_refunded, index)), index);
}
