using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using RateSync.Fast.Algorithms;

namespace RateSync.Fast.State;

internal sealed partial class KeyTable<TPolicy, TAtomics, TShape>
{
    /// <summary>
    /// The state word of a key's slot, with its value at a moment at which it was the key's. A null reference when the key has none and was
    /// not to get one, or there is no room.
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

    /// <summary>
    /// The first slot of a bucket, from a given one on, that carries a print; negative if none does. To be looked at again.
    /// </summary>
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
}
