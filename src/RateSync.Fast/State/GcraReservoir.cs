using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using RateSync.Fast.Algorithms;
using RateSync.Fast.Time;

namespace RateSync.Fast.State;

/// <summary>A token bucket's reservoir: one word, moved by <see cref="Gcra"/>.</summary>
/// <remarks>A mutable struct: fields of this type must not be readonly.</remarks>
internal struct GcraReservoir<TAtomics> : IReservoir
    where TAtomics : struct, IAtomics
{
    private readonly RateScale _scale;
    private readonly GcraTerms _terms;
    private readonly WarmUp? _warmUp;
    private readonly long _touchTicks;
    private readonly long _initialPermits;
    private readonly long _longRefusal;
    private PaddedWord _word;

    // A tick not long before the newest step. The word tells time modulo 2^56 units only; this says which turn it is in.
    private long _touched;

    public GcraReservoir(in RateScale scale, ChunkPlan chunks, in Clock clock, long now, long initialPermits, WarmUp? warmUp)
    {
        _scale = scale;
        _warmUp = warmUp;
        _initialPermits = initialPermits;
        Chunks = warmUp is null ? chunks : ChunkPlan.None;
        RateScale effective = TAtomics.Has(Defect.IntervalRoundedDown) ? scale.WithCost(scale.Cost - 1) : scale;
        _terms = new GcraTerms(effective, Chunks, beyond: TAtomics.Has(Defect.BurstOneTooLarge) ? effective.Cost : 0);

        _longRefusal = clock.IsSystem ? scale.ToUnits(CoarseClock.WorthwhileTicks) : long.MaxValue;

        // An eighth of the half circle, in ticks: reached by idling only, and then handled by Touch.
        _touchTicks = (Gcra.MaxAhead >> 2 << scale.Shift) / scale.UnitsPerTick;
        long time = Virtual(now);
        _touched = time;
        _word.Value = Gcra.Pack(scale.ToUnits(time) + ((scale.Burst - initialPermits) * scale.Cost), 0, line: false);
    }

    public readonly long Limit => _scale.Burst;

    public readonly double DeclaredExcess => 0;

    public ChunkPlan Chunks { get; }

    public readonly bool HasBookings => false;

    public readonly long StampOfCells(in Clock clock) => 0;

    [UnscopedRef]
    public ref long LastGrant => ref _word.Beside;

    public Outcome Transact(long now, in Transfer transfer)
    {
        if (_warmUp is not null)
        {
            CoolDown(now);
        }

        long time = Present(now);
        long units = _scale.ToUnits(time);
        long partial = _scale.Partial(time);

        // ORDER: acquire, so that a refusal is decided on a state no older than what the caller has seen others do.
        // PAIRS: the compare-and-swap below. ELSE: a thread told of a refund could be refused by the word from before it.
        long word = TAtomics.LoadAcquire(ref _word.Value);
        while (true)
        {
            long next = Gcra.Step<TAtomics>(_terms, word, units, partial, transfer, out Outcome outcome);
            if (next == word)
            {
                return outcome;
            }

            if (_warmUp is not null && outcome.Granted)
            {
                _warmUp.Used(now);
            }

            // ORDER: full fence; publishes the step and everything before it, such as a cell emptied by the caller.
            // PAIRS: every other step on this word. ELSE: two callers could take the same tokens.
            long seen = TAtomics.CompareExchange(ref _word.Value, next, word);
            if (seen == word)
            {
                return outcome;
            }

            word = seen;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public QuickAnswer TryTakeAlone(long now, long permits, out long stamp)
    {
        stamp = 0;
        long word = TAtomics.LoadAcquire(ref _word.Value);
        if (_warmUp is not null || IsFarFrom(TAtomics.Load(ref _touched), now) || TAtomics.Has(Defect.StaleTimeRewinds))
        {
            return QuickAnswer.Unsure;
        }

        long units = _scale.ToUnits(now);
        if (!Gcra.IsAlone(word))
        {
            return QuickAnswer.Unsure;
        }

        // A refusal is known after few steps from the clock to here, which is all that it costs beyond reading the clock.
        long lacking = Gcra.MissingAlone(_terms, word, units, permits);
        if (lacking > 0)
        {
            return lacking > _longRefusal ? QuickAnswer.RefusedForLong : QuickAnswer.Refused;
        }

        long partial = _scale.Partial(now);
        while (Gcra.IsAlone(word))
        {
            long missing = Gcra.TakeAlone(_terms, word, units, partial, permits, out long next);
            if (missing > 0)
            {
                return missing > _longRefusal ? QuickAnswer.RefusedForLong : QuickAnswer.Refused;
            }

            // ORDER: full fence. PAIRS: every other step on this word. ELSE: two callers could take the same tokens.
            long seen = TAtomics.CompareExchange(ref _word.Value, next, word);
            if (seen == word)
            {
                return QuickAnswer.Granted;
            }

            word = seen;
        }

        return QuickAnswer.Unsure;
    }

    public bool MaySpareChunk(long now) =>
        Gcra.Ahead(TAtomics.LoadAcquire(ref _word.Value), _scale.ToUnits(now)) + _terms.ChunkUnits <= _terms.ChunkCeiling;

    public Outcome Look(long now)
    {
        long time = Present(now);
        long word = TAtomics.LoadAcquire(ref _word.Value);
        int armed = Gcra.Armed(word);
        return new Outcome
        {
            Armed = armed,
            HeldByLine = Gcra.HasLine(word),
            Level = Math.Max(Gcra.Ahead(word, _scale.ToUnits(time)), armed * _terms.ChunkUnits),
        };
    }

    public Description Describe(long now, in Outcome outcome, long permits, long below)
    {
        long time = NotFarBack(Virtual(now), TAtomics.LoadAcquire(ref _touched));
        long level = outcome.Level - (below * _terms.Cost);
        long room = _terms.Capacity - level;
        long remaining = room <= 0 ? 0 : room / _terms.Cost;
        if (permits <= remaining)
        {
            return new Description(remaining, 0, 0, TicksFrom(now, time, level));
        }

        // A whole line may ask for more units than fit a word: then the wait is as long as a word can say.
        Int128 wanted = ((Int128)permits * _terms.Cost) - room;
        long missing = (long)Int128.Min(((wanted - 1) / _terms.Cost) + 1, long.MaxValue);
        long units = (long)Int128.Min(wanted, long.MaxValue >> (_scale.Shift + 1));
        return new Description(remaining, missing, TicksFrom(now, time, units), TicksFrom(now, time, level));
    }

    public long Refund(long now, long permits, long stamp, out bool line)
    {
        long time = Present(now);
        long units = _scale.ToUnits(time);
        permits += TAtomics.Has(Defect.RefundOneTooMany) ? 1 : 0;
        long word = TAtomics.LoadAcquire(ref _word.Value);
        while (true)
        {
            // What is charged for chunks that are out cannot be given back: some of it may still be spent.
            long charged = Gcra.Armed(word) * _terms.ChunkUnits;
            long booked = Math.Max(0, Gcra.Ahead(word, units) - charged) / _terms.Cost;
            long rest = charged == 0 ? 0 : Math.Max(0, permits - booked);
            long next = Gcra.Refund(_terms, word, units, _scale.Partial(time), permits - rest);
            long seen = TAtomics.CompareExchange(ref _word.Value, next, word);
            if (seen == word)
            {
                line = Gcra.HasLine(word);
                return rest;
            }

            word = seen;
        }
    }

    public void RaiseLine() => SetLine(Gcra.LineBit);

    public void LowerLine() => SetLine(0);

    public Carryover Export(long now)
    {
        long ahead = Gcra.Ahead(TAtomics.LoadAcquire(ref _word.Value), _scale.ToUnits(Present(now)));
        return new Carryover
        {
            At = now,
            Spent = ahead > 0 ? [new SpentPermits(now, now, ahead, _terms.Cost)] : [],
            Scale = _scale,
            WarmUp = _warmUp,
        };
    }

    public bool Inherit(in Carryover spent)
    {
        // A limiter that has been changed does not start anew: what it is to have at its start does not count, unless it is cold.
        bool cold = _warmUp is not null && !_warmUp.TryContinue(spent.WarmUp);
        long time = Virtual(spent.At);
        bool sameUnits = spent.Scale is { } scale && _scale.HasUnitsOf(scale) && (spent.WarmUp is null) == (_warmUp is null) && !cold;
        long ahead = sameUnits && spent.Spent.Length > 0 ? spent.Spent[0].Units : Replay(spent, time);
        if (cold)
        {
            ahead = Math.Max(ahead, (_scale.Burst - _initialPermits) * _scale.Cost);
        }

        _touched = time;
        _word.Value = Gcra.Pack(_scale.ToUnits(time) + ahead, 0, line: false);
        return true;
    }

    /// <summary>
    /// Units from the moment of a change to the full-at time of a bucket that was full and then granted all that was spent. More than the
    /// word can hold becomes the most that it can.
    /// </summary>
    private readonly long Replay(in Carryover spent, long time)
    {
        // In parts of a unit as small as a tick, counted from that moment.
        int shift = _scale.Shift;
        Int128 full = Int128.MinValue;
        foreach (SpentPermits part in spent.Spent)
        {
            Int128 cost = (((Int128)part.Units * _terms.Cost) + part.PerPermit - 1) / part.PerPermit;
            full = Int128.Max(full, (Int128)(part.To - spent.At) * _scale.UnitsPerTick) + (Int128.Min(cost, Gcra.MaxAhead) << shift);
        }

        if (full <= 0)
        {
            return 0;
        }

        // The moment may lie within a unit, which the word counts from its beginning.
        long within = time & ((1L << shift) - 1);
        return (long)Int128.Min((full + within + (1L << shift) - 1) >> shift, Gcra.MaxAhead);
    }

    /// <summary>A limiter that has gone cold keeps only what a cold one starts with: the full-at time moves away, never nearer.</summary>
    private void CoolDown(long now)
    {
        // Waiting for permits is use: what a waiter has waited for must not go cold under it.
        Present(now);
        if (Gcra.HasLine(TAtomics.LoadAcquire(ref _word.Value)) || !_warmUp!.WentCold(now))
        {
            return;
        }

        long units = _scale.ToUnits(Virtual(now));
        long cold = (_scale.Burst - _initialPermits) * _scale.Cost;
        long word = TAtomics.LoadAcquire(ref _word.Value);
        while (Gcra.Ahead(word, units) < cold)
        {
            long next = Gcra.Pack(units + cold, Gcra.Armed(word), Gcra.HasLine(word));
            long seen = TAtomics.CompareExchange(ref _word.Value, next, word);
            if (seen == word)
            {
                return;
            }

            word = seen;
        }
    }

    private void SetLine(long bit)
    {
        long word = TAtomics.LoadAcquire(ref _word.Value);
        while ((word & Gcra.LineBit) != bit)
        {
            // ORDER: full fence. PAIRS: the line's own index: who raises the flag has put itself in line before, who lowers it looks at
            // the line again afterwards. ELSE: the flag could be lowered over a waiter, whom nobody would then serve.
            long seen = TAtomics.CompareExchange(ref _word.Value, (word & ~Gcra.LineBit) | bit, word);
            if (seen == word)
            {
                return;
            }

            word = seen;
        }
    }

    private readonly long Virtual(long now) => _warmUp is null ? now : _warmUp.ToVirtual(now);

    private readonly long TicksFrom(long now, long time, long units)
    {
        long ticks = _scale.TicksUntil(time, units);
        return _warmUp is null ? (ticks == 0 ? 0 : time - now + ticks) : _warmUp.RealTicksUntil(now, time + ticks);
    }

    /// <summary>The bucket's time at <paramref name="now"/>, near enough to the word's for the two to be compared.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private long Present(long now)
    {
        long time = Virtual(now);
        long touched = TAtomics.Load(ref _touched);
        if (IsFarFrom(touched, time))
        {
            Touch(time);
            return NotFarBack(time, touched);
        }

        return time;
    }

    /// <summary>Whether the word could be of another turn of the time circle than a time, in either direction.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private readonly bool IsFarFrom(long touched, long time) => (ulong)(time - touched + _touchTicks) > (ulong)(2 * _touchTicks);

    /// <summary>A clock that was set back very far stands still for us until it is near again.</summary>
    private readonly long NotFarBack(long time, long touched) => Math.Max(time, touched - _touchTicks);

    /// <summary>
    /// After very long idling, moves the word to the present turn of the time circle. Years pass between two calls of this at
    /// common rates, and an hour at least at any.
    /// </summary>
    /// <remarks>
    /// The new turn is announced before the word is moved. Whoever comes in between takes a full-at time long past for one far ahead and
    /// refuses: for that instant the limiter is stricter, never looser. The other way round, an old word would pass for a full bucket.
    /// </remarks>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private void Touch(long time)
    {
        long touched = TAtomics.LoadAcquire(ref _touched);
        long word = TAtomics.LoadAcquire(ref _word.Value);
        if (time - touched <= _touchTicks || TAtomics.CompareExchange(ref _touched, time, touched) != touched)
        {
            return;
        }

        long fullAt = word >> 8;
        Int128 fullAfter = Gcra.Ahead(word, _scale.ToUnits(touched));
        Int128 elapsed = ((Int128)(time - touched) * _scale.UnitsPerTick) >> _scale.Shift;
        while (fullAfter < elapsed && word >> 8 == fullAt)
        {
            long next = Gcra.Pack(_scale.ToUnits(time), Gcra.Armed(word), Gcra.HasLine(word));
            long seen = TAtomics.CompareExchange(ref _word.Value, next, word);
            if (seen == word)
            {
                return;
            }

            word = seen;
        }
    }
}
