using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using RateSync.Fast.Algorithms;
using RateSync.Fast.Time;

namespace RateSync.Fast.State;

/// <summary>
/// One limit for each of millions of keys, in a flat table without an object per key: 16 bytes a slot. Granting is a look at a
/// bucket and one compare-and-swap. A key whose state equals that of a key never seen is forgotten, which nobody can notice.
/// </summary>
/// <remarks>
/// <para>No step waits for another thread's. What makes it right, in short (docs/design/memory-model.md has the argument at length):</para>
/// <list type="bullet">
/// <item>A state word never comes back within a slot's life, across owners included, so a compare-and-swap on it that succeeds was made for
/// the slot's present owner.</item>
/// <item>A key settles in by marking a slot as pending, then looking through all its slots, throwing out whoever else is
/// pending there for the same key, and then making its own slot the key's. Of two who try at once at least one sees the other, so a key never has two slots.</item>
/// <item>A slot is taken over from an unused key by freezing its state first: a grant for the old key that comes at the same time
/// wins or fails as a whole.</item>
/// <item>A page that is too small is replaced. Who wants to settle in looks for a next page after having marked its slot; who goes on to the next
/// page looks through the old one after having seen it: no key settles in both.</item>
/// </list>
/// </remarks>
internal sealed partial class KeyTable<TPolicy, TAtomics, TShape> : IKeyedCore
    where TPolicy : struct, IKeyPolicy
    where TAtomics : struct, IAtomics
    where TShape : struct, ITableShape
{
    private readonly TPolicy _policy;
    private readonly Clock _clock;
    private readonly int _maxBuckets;
    private readonly long _maxKeys;
    private KeyPage _page;
    private PaddedWord _count;
    private PaddedWord _attempts;

    /// <summary>Makes an empty table.</summary>
    /// <param name="policy">The limit of each key.</param>
    /// <param name="clock">The clock.</param>
    /// <param name="buckets">Buckets to begin with.</param>
    /// <param name="maxBuckets">Buckets at the most.</param>
    /// <param name="maxKeys">Keys at the most.</param>
    /// <param name="overflowCells">Shared cells, a power of two, for keys that find no room in a full table; 0 refuses them.</param>
    public KeyTable(TPolicy policy, Clock clock, int buckets, int maxBuckets, long maxKeys, int overflowCells)
    {
        _maxKeys = maxKeys;
        _policy = policy;
        _clock = clock;
        _maxBuckets = maxBuckets;
        _page = new KeyPage(Math.Min(buckets, maxBuckets), TShape.Slots);
        long now = clock.Now();
        _overflowCells = overflowCells;
        _sweepFrom = now;
    }

    public TPolicy Policy => _policy;

    public long Limit => _policy.Limit;

    public long Shortfall => _policy.Shortfall;

    public Clock Clock => _clock;

    /// <summary>Slots that have a key, forgotten or not.</summary>
    public long Count => Volatile.Read(ref _count.Value);

    /// <summary>Bytes of the table.</summary>
    public long Bytes
    {
        get
        {
            long bytes = (Volatile.Read(ref _overflow)?.LongLength ?? 0) * sizeof(long);
            for (KeyPage? page = Volatile.Read(ref _page); page is not null; page = Volatile.Read(ref page.Next))
            {
                bytes += page.Bytes;
            }

            return bytes;
        }
    }

    /// <summary>Takes permits for a key, all or none.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool TryTake(in KeyHash key, long permits)
    {
        // The common case, straight: the key is in its first or second bucket and has tokens set aside.
        KeyPage page = TAtomics.LoadAcquire(ref _page!)!;
        ref long bucket = ref page.Bucket(BucketOf(page, key.Print, 0));
        ref long second = ref page.Bucket(BucketOf(page, key.Print, 1));
        Prefetch(ref StateOf(ref bucket, 0));
        Prefetch(ref second);
        Prefetch(ref StateOf(ref second, 0));
        int slot = FindIn(ref bucket, key.Print);
        if (slot < 0)
        {
            bucket = ref second;
            slot = FindIn(ref bucket, key.Print);
        }

        if (slot >= 0)
        {
            ref long state = ref StateOf(ref bucket, slot);
            long before = TAtomics.LoadAcquire(ref state);
            if (KeySlot.IsOpenFor(before, key.Tag) && TAtomics.LoadAcquire(ref PrintOf(ref bucket, slot)) == (long)key.Print)
            {
                return _policy.TryTakePrepaid(KeySlot.Payload(before), permits, out long next)
                    && TAtomics.CompareExchange(ref state, KeySlot.WithPayload(before, next), before) == before
                        ? true
                        : TryTakeByClock(key, permits, ref state, before);
            }
        }

        return TryTakeSlowly(key, permits);
    }

    /// <summary>One attempt on a state that was the key's, with a look at the clock.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private bool TryTakeByClock(in KeyHash key, long permits, ref long state, long before)
    {
        long now = LookAtClock();
        if (_policy.TryTake(KeySlot.Payload(before), now, permits, out long next))
        {
            if (TAtomics.CompareExchange(ref state, KeySlot.WithPayload(before, next), before) == before)
            {
                return true;
            }
        }
        else if (TAtomics.LoadAcquire(ref state) == before)
        {
            return false;
        }

        return TryTakeSlowly(key, permits);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private bool TryTakeSlowly(in KeyHash key, long permits)
    {
        PrefetchAll(TAtomics.LoadAcquire(ref _page!)!, key.Print);
        KeyVerdict verdict = default;
        return TryTake(key, permits, ref verdict);
    }

    /// <summary>As <see cref="TryTake(in KeyHash, long)"/>, with the reasons if they are asked for.</summary>
    public bool TryTake(in KeyHash key, long permits, ref KeyVerdict verdict)
    {
        while (true)
        {
            ref long state = ref Seek(key, settle: true, out long before);
            if (Unsafe.IsNullRef(ref state))
            {
                return TryTakeFromOverflow(key, permits, ref verdict);
            }

            long payload = KeySlot.Payload(before);
            long now = 0;
            if (!_policy.TryTakePrepaid(payload, permits, out long next))
            {
                now = LookAtClock();
                if (!_policy.TryTake(payload, now, permits, out next))
                {
                    // Valid if the state was the key's all the while, which an unchanged one proves.
                    if (TAtomics.LoadAcquire(ref state) != before)
                    {
                        continue;
                    }

                    Explain(payload, now, permits, ref verdict);
                    return false;
                }
            }

            // ORDER: full fence. PAIRS: every other step on the slot. ELSE: two callers could take the same tokens, or a grant be
            // booked on a slot that has gone to another key.
            if (TAtomics.CompareExchange(ref state, KeySlot.WithPayload(before, next), before) == before)
            {
                Explain(next, now, 1, ref verdict);
                return true;
            }
        }
    }

    /// <summary>How a key stands, and how <paramref name="permits"/> for it would be answered.</summary>
    public Description Peek(in KeyHash key, long permits)
    {
        long now = LookAtClock();
        ref long state = ref Seek(key, settle: false, out long before);
        if (!Unsafe.IsNullRef(ref state))
        {
            return _policy.Describe(KeySlot.Payload(before), now, permits);
        }

        return _policy.Describe(OverflowPayload(key, now), now, permits);
    }

    /// <summary>Gives permits back to a key. False if it is not there, having all it can have, or cannot have been granted so many.</summary>
    public bool Refund(in KeyHash key, long permits)
    {
        while (true)
        {
            ref long state = ref Seek(key, settle: false, out long before);
            if (Unsafe.IsNullRef(ref state) || !_policy.CanRefund(KeySlot.Payload(before), permits))
            {
                return false;
            }

            long next = _policy.Refund(KeySlot.Payload(before), LookAtClock(), permits);
            if (TAtomics.CompareExchange(ref state, KeySlot.WithReturned(before, next), before) == before)
            {
                return true;
            }
        }
    }

    /// <summary>Takes permits from a key whether they are to be had or not; false when no debt can hold them.</summary>
    public bool TryCharge(in KeyHash key, long permits)
    {
        while (true)
        {
            ref long state = ref Seek(key, settle: true, out long before);
            if (Unsafe.IsNullRef(ref state))
            {
                return ChargeOverflow(key, permits);
            }

            if (!_policy.TryCharge(KeySlot.Payload(before), LookAtClock(), permits, out long next))
            {
                return false;
            }

            if (TAtomics.CompareExchange(ref state, KeySlot.WithReturned(before, next), before) == before)
            {
                return true;
            }
        }
    }

    /// <summary>
    /// The state word of a key's slot, with its value at a moment at which it was the key's. A null reference when the key has none and was not
    /// to get one, or there is no room.
    /// </summary>
    private ref long Seek(in KeyHash key, bool settle, out long before)
    {
        KeyPage page = TAtomics.LoadAcquire(ref _page!)!;
        while (true)
        {
            ref long state = ref Find(page, key, out before);
            if (!Unsafe.IsNullRef(ref state))
            {
                if (KeySlot.IsOpen(before))
                {
                    return ref state;
                }

                // It has moved on. Its copy must be there before anybody looks for it in the next page.
                KeyPage next = TAtomics.LoadAcquire(ref page.Next)!;
                Copy(next, key, ref state, before, _clock.Now());
                page = MoveSome(page, next);
                continue;
            }

            KeyPage? following = TAtomics.LoadAcquire(ref page.Next);
            if (following is not null)
            {
                // Who settles in marks a slot and then looks for a next page: seeing one, we look for marks once more, and remove them.
                if (ClearPending(page, key))
                {
                    page = MoveSome(page, following);
                }

                continue;
            }

            if (!settle)
            {
                return ref Unsafe.NullRef<long>();
            }

            long now = LookAtClock();
            if (Settle(page, key, now) == Settled.NoRoom && !HasRoomAfter(page))
            {
                return ref Unsafe.NullRef<long>();
            }
        }
    }

    /// <summary>
    /// Whether there may be room in a page after this one, which is made if need be. Not at the bound on keys, where a larger page has no
    /// more room than this one.
    /// </summary>
    private bool HasRoomAfter(KeyPage page) => TAtomics.LoadAcquire(ref page.Next) is not null
        || (TAtomics.LoadAcquire(ref _count.Value) < _maxKeys && Grow(page, beyondBound: false));

    /// <summary>Finds a key's slot in one page, also one that is moved; a null reference if it has none there.</summary>
    private static ref long Find(KeyPage page, in KeyHash key, out long before)
    {
        for (int way = 0; way < TShape.Ways; way++)
        {
            ref long bucket = ref page.Bucket(BucketOf(page, key.Print, way));
            for (int slot = FindIn(ref bucket, key.Print); slot >= 0; slot = FindIn(ref bucket, key.Print, slot + 1))
            {
                // The print is looked at again after the state: if the state has not changed by the time it is exchanged, it was the key's.
                ref long state = ref StateOf(ref bucket, slot);
                before = TAtomics.LoadAcquire(ref state);
                if (TAtomics.LoadAcquire(ref PrintOf(ref bucket, slot)) == (long)key.Print
                    && KeySlot.Tag(before) == key.Tag && (before & KeySlot.Frozen) == 0)
                {
                    return ref state;
                }
            }
        }

        before = 0;
        return ref Unsafe.NullRef<long>();
    }

    /// <summary>The first slot of a bucket, from a given one on, that carries a print; negative if none does. To be looked at again.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static int FindIn(ref long bucket, ulong print, int from = 0)
    {
        if (from == 0 && typeof(TAtomics) == typeof(InterlockedAtomics) && TShape.Slots == 8 && Vector256.IsHardwareAccelerated)
        {
            // All eight at once. Each is read whole; in which order does not matter, as what is found is read again.
            Vector256<long> wanted = Vector256.Create((long)print);
            uint low = Vector256.Equals(Vector256.LoadUnsafe(ref bucket), wanted).ExtractMostSignificantBits();
            uint high = Vector256.Equals(Vector256.LoadUnsafe(ref bucket, 4), wanted).ExtractMostSignificantBits();
            uint found = low | (high << 4);
            return found == 0 ? -1 : BitOperations.TrailingZeroCount(found);
        }

        for (int slot = from; slot < TShape.Slots; slot++)
        {
            if (TAtomics.LoadAcquire(ref PrintOf(ref bucket, slot)) == (long)print)
            {
                return slot;
            }
        }

        return -1;
    }

    /// <summary>The slots of a bucket, a bit each, whose prints equal one in the bits of a mask. To be looked at again.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static uint Matching(ref long bucket, ulong print, ulong mask)
    {
        if (typeof(TAtomics) == typeof(InterlockedAtomics) && TShape.Slots == 8 && Vector256.IsHardwareAccelerated)
        {
            Vector256<ulong> wanted = Vector256.Create(print);
            Vector256<ulong> bits = Vector256.Create(mask);
            Vector256<ulong> first = (Vector256.LoadUnsafe(ref bucket).AsUInt64() ^ wanted) & bits;
            Vector256<ulong> second = (Vector256.LoadUnsafe(ref bucket, 4).AsUInt64() ^ wanted) & bits;
            return Vector256.Equals(first, Vector256<ulong>.Zero).ExtractMostSignificantBits()
                | (Vector256.Equals(second, Vector256<ulong>.Zero).ExtractMostSignificantBits() << 4);
        }

        uint found = 0;
        for (int slot = 0; slot < TShape.Slots; slot++)
        {
            found |= (((ulong)TAtomics.LoadAcquire(ref PrintOf(ref bucket, slot)) ^ print) & mask) == 0 ? 1u << slot : 0;
        }

        return found;
    }

    /// <summary>Asks for all buckets of a key at once, as waiting for one after the other is most of what a large table costs.</summary>
    private static void PrefetchAll(KeyPage page, ulong print)
    {
        for (int way = 0; way < TShape.Ways; way++)
        {
            ref long bucket = ref page.Bucket(BucketOf(page, print, way));
            Prefetch(ref bucket);
            Prefetch(ref StateOf(ref bucket, 0));
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static unsafe void Prefetch(ref long word)
    {
        if (Sse.IsSupported)
        {
            // Pages are pinned.
            Sse.Prefetch0(Unsafe.AsPointer(ref word));
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static int BucketOf(KeyPage page, ulong print, int way) => page.BucketOf(way switch
    {
        0 => (uint)(print >> 32),
        1 => (uint)print,
        _ => (uint)((print * 0x9E37_79B9_7F4A_7C15UL) >> 32),
    });

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ref long PrintOf(ref long bucket, int slot) => ref Unsafe.Add(ref bucket, slot);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ref long StateOf(ref long bucket, int slot) => ref Unsafe.Add(ref bucket, TShape.Slots + slot);

    private void Explain(long payload, long now, long permits, ref KeyVerdict verdict)
    {
        if (verdict.Explain)
        {
            verdict.Description = _policy.Describe(payload, now == 0 ? _clock.Now() : now, permits);
        }
    }
}
