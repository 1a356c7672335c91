using System.Numerics;
using System.Runtime.CompilerServices;
using RateSync.Fast.Algorithms;

namespace RateSync.Fast.State;

/// <content>How a key gets its slot.</content>
internal sealed partial class KeyTable<TPolicy, TAtomics, TShape>
{
    private enum Settled
    {
        /// <summary>The key has a slot now, or had one already, or somebody else is about to give it one: look again.</summary>
        LookAgain,

        /// <summary>All its slots have other keys that are in use.</summary>
        NoRoom,

        /// <summary>The page has a successor: settle there.</summary>
        PageClosed,
    }

    /// <summary>Gives a key a slot in a page, with the payload of a key never seen.</summary>
    private Settled Settle(KeyPage page, in KeyHash key, long now) => Settle(page, key, 0, now, ref Unsafe.NullRef<long>());

    /// <summary>
    /// Gives a key a slot in a page. If it comes from a slot of an older page: with the payload of that, and only as long as its state is
    /// still <paramref name="moved"/>.
    /// </summary>
    private Settled Settle(KeyPage page, in KeyHash key, long moved, long now, ref long source)
    {
        long pending = KeySlot.Pending(key.Print, TAtomics.Add(ref _attempts.Value, 1));

        // A key that comes from an older page had its place on the count, which a newcomer may have taken meanwhile: it gets one all the
        // same.
        bool isNew = Unsafe.IsNullRef(ref source);
        long most = isNew ? _maxKeys : long.MaxValue;
        ref long print = ref Claim(page, key, pending, most, now);
        if (Unsafe.IsNullRef(ref print))
        {
            return Settled.NoRoom;
        }

        if (!PutIn(ref print, pending, isNew ? OverflowPayload(key, now) : KeySlot.Payload(moved), key.Tag))
        {
            TAtomics.Add(ref _count.Value, -1);
            return Settled.LookAgain;
        }

        // ORDER: the claim was a full fence. PAIRS: Seek, which looks for pending slots after it has seen a next page.
        // ELSE: a key could settle in both pages.
        Settled result = TAtomics.LoadAcquire(ref page.Next) is not null ? Settled.PageClosed : Settled.LookAgain;
        bool stays = result == Settled.LookAgain
            && (TAtomics.Has(Defect.SettlesWithoutLook) || !IsThereAlready(page, key, ref print))
            && (isNew || TAtomics.LoadAcquire(ref source) == moved);

        // ORDER: full fence; from here on the key has this slot. It fails if somebody who settles the same key, or serves it from the
        // overflow, has thrown us out. PAIRS: ThrowOut. ELSE: a key could have two slots.
        if (TAtomics.CompareExchange(ref print, stays ? (long)key.Print : 0, pending) != pending || !stays)
        {
            TAtomics.Add(ref _count.Value, -1);
        }

        return result;
    }

    /// <summary>Puts a key's payload into its pending slot; false when it was thrown out.</summary>
    private static bool PutIn(ref long print, long pending, long payload, long tag)
    {
        ref long state = ref Unsafe.Add(ref print, TShape.Slots);
        while (true)
        {
            // The state is read before the print: while the slot is pending for us, nobody else's exchange of the state can be newer
            // than what we read, except by others who were thrown out of this very slot; theirs make ours fail, and we look again.
            long before = TAtomics.LoadAcquire(ref state);
            if (TAtomics.LoadAcquire(ref print) != pending)
            {
                return false;
            }

            if (TAtomics.CompareExchange(ref state, KeySlot.Fresh(before, payload, tag), before) == before)
            {
                return true;
            }
        }
    }

    /// <summary>
    /// Marks a slot as pending and counts it: an empty one in the emptier of two buckets if there is one, or one whose key was
    /// not used for a while, or, where the table cannot grow, any whose key is unused. A null reference when there is none, or
    /// where there are more than <paramref name="most"/> keys.
    /// </summary>
    private ref long Claim(KeyPage page, in KeyHash key, long pending, long most, long now)
    {
        Room wanted = TAtomics.LoadAcquire(ref _count.Value) >= most ? Room.Stale : Room.Empty;
        while (true)
        {
            int best = -1;
            int largest = 0;
            for (int way = 0; way < TShape.Ways && (way < 2 || largest == 0); way++)
            {
                int room = CountRoom(ref page.Bucket(BucketOf(page, key.Print, way)), wanted, now);
                if (room > largest)
                {
                    largest = room;
                    best = way;
                }
            }

            if (best >= 0)
            {
                ref long print = ref ClaimIn(ref page.Bucket(BucketOf(page, key.Print, best)), wanted, pending, most, now);
                if (!Unsafe.IsNullRef(ref print))
                {
                    return ref print;
                }

                if (wanted == Room.Empty && TAtomics.LoadAcquire(ref _count.Value) >= most)
                {
                    // The slot is free, but others have made the table full since the look above.
                    wanted = Room.Stale;
                }
            }
            else if (wanted == Room.Unused)
            {
                return ref Unsafe.NullRef<long>();
            }
            else if (wanted == Room.Stale)
            {
                wanted = page.Buckets < _maxBuckets && TAtomics.LoadAcquire(ref _count.Value) < most ? Room.Grow : Room.Unused;
            }
            else
            {
                wanted = Room.Stale;
            }

            if (wanted == Room.Grow)
            {
                return ref Unsafe.NullRef<long>();
            }
        }
    }

    /// <summary>Which slots count as room.</summary>
    private enum Room
    {
        Empty,
        Stale,
        Unused,
        Grow,
    }

    private ref long ClaimIn(ref long bucket, Room wanted, long pending, long most, long now)
    {
        if (wanted == Room.Empty && TAtomics.Add(ref _count.Value, 1) > most)
        {
            TAtomics.Add(ref _count.Value, -1);
            return ref Unsafe.NullRef<long>();
        }

        for (int slot = 0; slot < TShape.Slots; slot++)
        {
            ref long print = ref PrintOf(ref bucket, slot);
            if (wanted == Room.Empty
                ? TAtomics.LoadAcquire(ref print) == 0 && TAtomics.CompareExchange(ref print, pending, 0) == 0
                : TakeOver(ref bucket, slot, pending, wanted == Room.Stale, now))
            {
                return ref print;
            }
        }

        if (wanted == Room.Empty)
        {
            TAtomics.Add(ref _count.Value, -1);
        }

        return ref Unsafe.NullRef<long>();
    }

    private int CountRoom(ref long bucket, Room wanted, long now)
    {
        if (wanted == Room.Empty)
        {
            return BitOperations.PopCount(Matching(ref bucket, 0, ulong.MaxValue));
        }

        int room = 0;
        for (int slot = 0; slot < TShape.Slots; slot++)
        {
            long print = TAtomics.LoadAcquire(ref PrintOf(ref bucket, slot));
            if (KeySlot.IsKey(print) && IsFree(TAtomics.LoadAcquire(ref StateOf(ref bucket, slot)), wanted == Room.Stale, now))
            {
                room++;
            }
        }

        return room;
    }

    /// <summary>Takes a slot over from a key that is unused. Nobody can tell that it was forgotten.</summary>
    private bool TakeOver(ref long bucket, int slot, long pending, bool stale, long now)
    {
        ref long print = ref PrintOf(ref bucket, slot);
        ref long state = ref StateOf(ref bucket, slot);
        long owner = TAtomics.LoadAcquire(ref print);
        long before = TAtomics.LoadAcquire(ref state);
        if (!KeySlot.IsKey(owner) || TAtomics.LoadAcquire(ref print) != owner || !IsFree(before, stale, now))
        {
            return false;
        }

        // ORDER: full fence; decides between forgetting the key and granting it something. PAIRS: the exchange in TryTake.
        // ELSE: a grant could be booked on a slot that is somebody else's, and be forgotten.
        if (TAtomics.CompareExchange(ref state, before | KeySlot.Frozen, before) != before)
        {
            return false;
        }

        // While it is frozen nobody else changes the slot.
        // ORDER: full fence; from here on it is known that the key is being settled, and only then the overflow and the next page are
        // looked at.
        // PAIRS: IsNowhere after a grant from the overflow; ClearPending. ELSE: a grant could be booked in the overflow alone, and the key
        // be fresh.
        TAtomics.Exchange(ref print, pending);
        return true;
    }

    private bool IsFree(long state, bool stale, long now) => KeySlot.IsOpen(state)
        && (TAtomics.Has(Defect.IdleSinceLastUse) ? _policy.IsUnused(KeySlot.Payload(state), now + (IKeyPolicy.GraceSeconds * _clock.Frequency))
            : stale ? _policy.IsStale(KeySlot.Payload(state), now) : _policy.IsUnused(KeySlot.Payload(state), now));

    /// <summary>
    /// Looks through all slots of a key, throwing out whoever else is settling it. True when it has a slot already, or has moved on.
    /// </summary>
    private static bool IsThereAlready(KeyPage page, in KeyHash key, ref long own)
    {
        for (int way = 0; way < TShape.Ways; way++)
        {
            ref long bucket = ref page.Bucket(BucketOf(page, key.Print, way));
            for (uint found = Matching(ref bucket, key.Print, KeySlot.PendingMask); found != 0; found &= found - 1)
            {
                int slot = BitOperations.TrailingZeroCount(found);
                ref long print = ref PrintOf(ref bucket, slot);
                if (!Unsafe.AreSame(ref print, ref own) && ThrowOut(ref print, ref StateOf(ref bucket, slot), key))
                {
                    return true;
                }
            }
        }

        return false;
    }

    /// <summary>Throws out whoever is settling a key in a page; true if it has no slot there after that.</summary>
    private static bool ClearPending(KeyPage page, in KeyHash key) =>
        !IsThereAlready(page, key, ref Unsafe.NullRef<long>());

    /// <summary>Empties a slot that is pending for a key; true when instead the slot is the key's.</summary>
    private static bool ThrowOut(ref long print, ref long state, in KeyHash key)
    {
        long word = TAtomics.LoadAcquire(ref print);
        while (KeySlot.IsPendingFor(word, key.Print))
        {
            // ORDER: full fence. PAIRS: the last exchange in Settle. ELSE: see there.
            long seen = TAtomics.CompareExchange(ref print, 0, word);
            if (seen == word)
            {
                return false;
            }

            word = seen;
        }

        if (word != (long)key.Print)
        {
            return false;
        }

        long owner = TAtomics.LoadAcquire(ref state);
        return KeySlot.Tag(owner) == key.Tag && (owner & KeySlot.Frozen) == 0 && TAtomics.LoadAcquire(ref print) == word;
    }
}
