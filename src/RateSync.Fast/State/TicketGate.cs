using System.Runtime.CompilerServices;
using RateSync.Fast.Algorithms;

namespace RateSync.Fast.State;

/// <summary>
/// A counting semaphore without locks: first come, first served, and abortable. Its count is the number of free slots or,
/// negative, of permits owed to waiters. Where the limit is large, free slots lie with the cores that gave them back.
/// </summary>
/// <remarks>
/// Slots out + free + owed to waiters stay equal to the limit; free slots in shards are brought to the count as soon as somebody waits, so
/// that no waiter is passed over and nobody is refused while a slot is free.
/// </remarks>
internal sealed partial class TicketGate<TAtomics> : ILine
    where TAtomics : struct, IAtomics
{
    /// <summary>A limit is split over cores from this many slots per core on.</summary>
    private const int SlotsPerShard = 8;

    private readonly FreeShard[] _shards;
    private readonly long _queueLimit;
    private readonly Tally _tally = new();
    private TicketWords _words;
    private long _max;
    private long _disposed;
    private TicketLine<TAtomics>? _line;

    /// <summary>Makes a gate with all slots free.</summary>
    /// <param name="max">Slots.</param>
    /// <param name="shards">Over how many cores to split free slots, a power of two; 0 for none.</param>
    /// <param name="queueLimit">Most waiters at a time.</param>
    public TicketGate(long max, int shards, long queueLimit)
    {
        Owner = this;
        _max = max;
        _queueLimit = queueLimit;
        _shards = new FreeShard[shards];
        _words.Count = max;
    }

    /// <summary>Who is named when a disposed limiter is used.</summary>
    public object Owner { get; set; }

    public long Max => Volatile.Read(ref _max);

    public Tally Tally => _tally;

    public bool IsDisposed => TAtomics.LoadAcquire(ref _disposed) != 0;

    public long Waiting => _line?.Waiting(Owed) ?? 0;

    /// <summary>Whether the number of waiters is limited.</summary>
    public bool IsQueueLimited => _queueLimit < int.MaxValue;

    /// <summary>Permits that waiters still have to be given.</summary>
    public long Owed => Math.Max(0, -TAtomics.LoadAcquire(ref _words.Count));

    public static int ShardsFor(long max, int processors)
    {
        int shards = ChunkPlan.Shards(processors);
        return shards > 1 && max >= shards * SlotsPerShard && max <= FreeShard.FreeMask ? shards : 0;
    }

    /// <summary>Takes a slot if one is free and nobody waits.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool TryEnter(uint slot)
    {
        FreeShard[] shards = _shards;
        if (shards.Length != 0)
        {
            ref long word = ref shards[TAtomics.Core(slot) & (uint)(shards.Length - 1)].Word;
            long seen = TAtomics.Load(ref word);
            if (FreeShard.Free(seen) != 0 && TAtomics.CompareExchange(ref word, seen - 1, seen) == seen)
            {
                // ORDER: the exchange is a full fence; then the count is read. PAIRS: a waiter's subtraction from the count, after which it
                // looks through the shards. ELSE: a caller could step ahead of somebody who already waits.
                return TAtomics.LoadAcquire(ref _words.Count) >= 0 || StepBack(slot);
            }

            return TryEnterElsewhere(slot);
        }

        long count = TAtomics.Load(ref _words.Count);
        return (count > 0 && TAtomics.CompareExchange(ref _words.Count, count - 1, count) == count) || TryEnterElsewhere(slot);
    }

    /// <summary>Takes several slots, all or none.</summary>
    public bool TryEnter(uint slot, long permits)
    {
        if (permits == 1)
        {
            return TryEnter(slot);
        }

        if (_shards.Length == 0)
        {
            bool taken = TryTakeFromCount(permits);
            ObjectDisposedException.ThrowIf(!taken && TAtomics.LoadAcquire(ref _disposed) != 0, Owner);
            return taken || CountFull(slot);
        }

        if (TryTakeFromCount(permits))
        {
            return true;
        }

        // Free slots may have to be picked up from several cores. If there are too few, all go back at once; whoever was refused
        // meanwhile was refused because this call had borrowed them.
        long found = 0;
        try
        {
            while (found < permits && TAtomics.LoadAcquire(ref _words.Count) >= 0 && TryEnterElsewhere(slot, count: false))
            {
                found++;
            }
        }
        catch (ObjectDisposedException)
        {
            Free(found);
            throw;
        }

        if (found == permits)
        {
            return true;
        }

        Free(found);
        return CountFull(slot);
    }

    /// <summary>Takes slots if nobody waits and so many more stay free after that.</summary>
    public bool TryEnterKeeping(uint slot, long permits, long keep)
    {
        long enough = permits + Math.Max(0, keep);
        if (TAtomics.Has(Defect.KeepLookedUpBefore) && CountFree() >= enough)
        {
            enough = permits;
        }

        while (true)
        {
            if (TryTakeFromCount(permits, enough))
            {
                return true;
            }

            ObjectDisposedException.ThrowIf(TAtomics.LoadAcquire(ref _disposed) != 0, Owner);

            // What lies with the cores is brought to the count, one after the other, where all of it can be seen at once. Nobody misses more
            // than one of them meanwhile, who looks for it in the count as well.
            if (_shards.Length == 0 || TAtomics.LoadAcquire(ref _words.Count) < 0)
            {
                return CountFull(slot);
            }

            switch (LookThroughShards(enough))
            {
                case Look.Taken:
                    FreeOne();
                    break;
                case Look.Empty:
                    return CountFull(slot);
            }
        }
    }

    /// <summary>Gives a slot back, to the first waiter if there is one.</summary>
    /// <exception cref="SemaphoreFullException">More slots were given back than taken.</exception>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Exit(uint slot)
    {
        FreeShard[] shards = _shards;
        if (shards.Length != 0 && TAtomics.LoadAcquire(ref _words.Count) >= 0)
        {
            // ORDER: the addition is a full fence; then the count and the debt are read. PAIRS: a waiter's subtraction from the count, and
            // a lowered limit's addition to the debt, after which both look through the shards. ELSE: a slot could lie in a shard while
            // somebody waits for it for ever.
            ref long word = ref shards[TAtomics.Core(slot) & (uint)(shards.Length - 1)].Word;
            TAtomics.Add(ref word, FreeShard.OneExit);
            if (!TAtomics.Has(Defect.ExitLooksTooEarly)
                && (TAtomics.LoadAcquire(ref _words.Count) | -TAtomics.LoadAcquire(ref _words.Debt)) < 0)
            {
                CollectShards();
            }

            return;
        }

        long count = TAtomics.LoadAcquire(ref _words.Count);
        if ((ulong)count >= (ulong)_max || TAtomics.CompareExchange(ref _words.Count, count + 1, count) != count)
        {
            FreeOne();
        }
        else if (TAtomics.LoadAcquire(ref _words.Debt) != 0)
        {
            PayDebt();
        }

        _tally.Released(slot);
    }

    /// <summary>Free slots now; exact when nobody else is at work.</summary>
    public long CountFree()
    {
        long free = Math.Max(0, TAtomics.LoadAcquire(ref _words.Count));
        foreach (ref FreeShard shard in _shards.AsSpan())
        {
            free += FreeShard.Free(TAtomics.LoadAcquire(ref shard.Word));
        }

        return free;
    }

    /// <summary>
    /// Slots that somebody has now, waiters for several who have not got all of them yet included; more than there are while a lowered limit has
    /// some to take away yet.
    /// </summary>
    public long CountOut()
    {
        while (true)
        {
            long max = Max;
            long debt = TAtomics.LoadAcquire(ref _words.Debt);
            long free = CountFree();
            if (Max == max && TAtomics.LoadAcquire(ref _words.Debt) == debt)
            {
                return Math.Max(0, max + debt - free);
            }
        }
    }

    /// <summary>Whether so many are surely too many to give back. Slots that lie with the cores cannot be counted at one moment.</summary>
    public bool IsTooMany(long permits) => _shards.Length == 0 && permits > CountOut();

    /// <summary>Slots ever given back.</summary>
    public long CountExits()
    {
        long exits = _tally.Sum().Releases;
        foreach (ref FreeShard shard in _shards.AsSpan())
        {
            exits += FreeShard.Exits(TAtomics.LoadAcquire(ref shard.Word));
        }

        return exits;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private bool TryEnterElsewhere(uint slot, bool count = true)
    {
        ObjectDisposedException.ThrowIf(TAtomics.LoadAcquire(ref _disposed) != 0, Owner);

        if (TryTakeFromCount(1))
        {
            return true;
        }

        if (_shards.Length == 0)
        {
            return count && CountFull(slot);
        }

        if (slot == ThreadSlot.Unassigned)
        {
            ThreadSlot.Assign();
        }
        else
        {
            ThreadSlot.RefreshCore();
        }

        while (TAtomics.LoadAcquire(ref _words.Count) >= 0)
        {
            if (TryTakeFromCount(1))
            {
                return true;
            }

            switch (LookThroughShards())
            {
                case Look.Taken:
                    return TAtomics.LoadAcquire(ref _words.Count) >= 0 || StepBack(slot, count);
                case Look.Empty:
                    return count && CountFull(slot);
            }
        }

        return count && CountFull(slot);
    }

    private bool TryTakeFromCount(long permits) => TryTakeFromCount(permits, permits);

    /// <summary>Takes slots from the count if it has at least <paramref name="enough"/>.</summary>
    private bool TryTakeFromCount(long permits, long enough)
    {
        long count = TAtomics.LoadAcquire(ref _words.Count);
        while (count >= enough)
        {
            // ORDER: full fence. PAIRS: every other step on the count. ELSE: two callers could have the same slot.
            long seen = TAtomics.CompareExchange(ref _words.Count, count - permits, count);
            if (seen == count)
            {
                return true;
            }

            count = seen;
        }

        return false;
    }

    private enum Look
    {
        Taken,
        Empty,
        Moving,
    }

    /// <summary>
    /// Takes a free slot from any shard. Empty only if there was a moment at which no shard had one and the count too few: all shards
    /// were empty before the count was read and had not been touched after.
    /// </summary>
    private Look LookThroughShards(long enough = 1)
    {
        Span<long> first = stackalloc long[_shards.Length];
        for (int i = 0; i < first.Length; i++)
        {
            first[i] = TAtomics.LoadAcquire(ref _shards[i].Word);
            if (TryTake(ref _shards[i].Word, ref first[i]))
            {
                return Look.Taken;
            }
        }

        if (TAtomics.LoadAcquire(ref _words.Count) >= enough)
        {
            return Look.Moving;
        }

        for (int i = 0; i < first.Length && !TAtomics.Has(Defect.ShardsLookedThroughOnce); i++)
        {
            if (TAtomics.LoadAcquire(ref _shards[i].Word) != first[i])
            {
                return Look.Moving;
            }
        }

        return Look.Empty;
    }

    private static bool TryTake(ref long word, ref long seen)
    {
        while (FreeShard.Free(seen) != 0)
        {
            long now = TAtomics.CompareExchange(ref word, seen - 1, seen);
            if (now == seen)
            {
                return true;
            }

            seen = now;
        }

        return false;
    }

    /// <summary>A slot was taken from a shard although somebody waits: it is theirs.</summary>
    private bool StepBack(uint slot, bool count = true)
    {
        FreeOne();
        return count && CountFull(slot);
    }

    /// <summary>Somebody waits, or the limit was lowered: brings free slots from the shards to the count, one after the other.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private void CollectShards()
    {
        while ((TAtomics.LoadAcquire(ref _words.Count) | -TAtomics.LoadAcquire(ref _words.Debt)) < 0)
        {
            bool found = false;
            for (int i = 0; i < _shards.Length && !found; i++)
            {
                long seen = TAtomics.LoadAcquire(ref _shards[i].Word);
                found = TryTake(ref _shards[i].Word, ref seen);
            }

            if (!found)
            {
                return;
            }

            FreeOne();
        }
    }

    private void Free(long slots)
    {
        for (long i = 0; i < slots; i++)
        {
            FreeOne();
        }
    }

    /// <summary>One slot is free: it pays for a lowered limit, goes to the next waiter, or back to the count.</summary>
    private void FreeOne()
    {
        long count;
        do
        {
            if (TicketLine<TAtomics>.TryPayDebt(ref _words))
            {
                return;
            }

            count = TAtomics.LoadAcquire(ref _words.Count);
            if (count >= TAtomics.LoadAcquire(ref _max))
            {
                // A limit that is just being lowered looks like this too: its debt is there before it is.
                if (TAtomics.LoadAcquire(ref _words.Debt) <= 0 && TAtomics.LoadAcquire(ref _words.Count) == count)
                {
                    throw new SemaphoreFullException("More slots were given back than had been taken.");
                }

                continue;
            }

            // ORDER: full fence; says who owns the slot. PAIRS: a waiter's subtraction, and its addition when it leaves.
            // ELSE: a slot could be lost between a waiter and the count, or be had twice.
            if (TAtomics.CompareExchange(ref _words.Count, count + 1, count) == count)
            {
                break;
            }
        }
        while (true);

        if (count < 0)
        {
            _line!.Serve(ref _words);
        }
        else if (TAtomics.LoadAcquire(ref _words.Debt) != 0)
        {
            PayDebt();
        }
    }

    /// <summary>Takes free slots away that a lowered limit is still owed.</summary>
    /// <remarks>
    /// ORDER: whoever adds to the count does so with a full fence and looks for a debt after it; whoever makes a debt looks at the count after it.
    /// ELSE: a slot could lie free that a lowered limit no longer has.
    /// </remarks>
    private void PayDebt()
    {
        while (true)
        {
            long slots = Math.Min(TAtomics.LoadAcquire(ref _words.Debt), TAtomics.LoadAcquire(ref _words.Count));
            if (slots <= 0)
            {
                return;
            }

            if (TryTakeFromCount(slots))
            {
                // Others may have paid meanwhile: what is too much goes on.
                Free(slots - TicketLine<TAtomics>.PayDebt(ref _words, slots));
            }
        }
    }

    private bool CountFull(uint slot)
    {
        _tally.Full(slot);
        return false;
    }
}
