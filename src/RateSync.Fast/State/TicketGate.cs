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

            // What lies with the cores is brought to the count, one after the other, where all of it can be seen at once. Nobody misses
            // more than one of them meanwhile, who looks for it in the count as well.
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
}
