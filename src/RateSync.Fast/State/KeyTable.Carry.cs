using System.Runtime.CompilerServices;
using RateSync.Fast.Algorithms;

namespace RateSync.Fast.State;

/// <content>How keys leave a table for one with another limit.</content>
internal sealed partial class KeyTable<TPolicy, TAtomics, TShape>
{
    public bool TryCarry(in KeyHash key, out KeyCarry carry)
    {
        while (true)
        {
            ref long state = ref Seek(key, settle: false, out long before);
            if (Unsafe.IsNullRef(ref state))
            {
                carry = default;
                return false;
            }

            long payload = KeySlot.Payload(before);
            long now = LookAtClock();

            // Unchanged, so it can be read at that time; a sweep may have brought it up to a later one, or a larger page have got the key.
            if (TAtomics.LoadAcquire(ref state) == before)
            {
                carry = _policy.Carry(payload, now);
                return !_policy.IsUnused(payload, now);
            }
        }
    }

    public void Forget(in KeyHash key)
    {
        while (true)
        {
            ref long state = ref Seek(key, settle: false, out long before);
            if (Unsafe.IsNullRef(ref state))
            {
                return;
            }

            // ORDER: full fence; it fails when the key is moved to a larger page meanwhile. PAIRS: MoveSlot. ELSE: what was spent could
            // arrive there.
            if (TAtomics.CompareExchange(ref state, KeySlot.WithReturned(before, _policy.Fresh(LookAtClock())), before) == before)
            {
                return;
            }
        }
    }

    public void Adopt(in KeyHash key, in KeyCarry carry)
    {
        long now = LookAtClock();
        long payload = _policy.Adopt(carry, now);
        if (_policy.IsUnused(payload, now))
        {
            return;
        }

        // As a key that comes from an older page: it gets a place whether there is one left or not.
        long source = KeySlot.Fresh(0, payload, key.Tag);
        long moved = source;
        KeyPage page = TAtomics.LoadAcquire(ref _page!)!;
        while (true)
        {
            ref long state = ref Find(page, key, out long before);
            if (!Unsafe.IsNullRef(ref state))
            {
                if (KeySlot.IsOpen(before))
                {
                    return;
                }

                KeyPage next = TAtomics.LoadAcquire(ref page.Next)!;
                Copy(next, key, ref state, before, now);
                page = MoveSome(page, next);
            }
            else if (TAtomics.LoadAcquire(ref page.Next) is { } following)
            {
                if (ClearPending(page, key))
                {
                    page = MoveSome(page, following);
                }
            }
            else if (Settle(page, key, moved, now, ref source) == Settled.NoRoom)
            {
                Grow(page, beyondBound: true);
            }
        }
    }

    public KeyCarry[] CarryCells()
    {
        if (TAtomics.LoadAcquire(ref _overflow) is not { } cells)
        {
            return [];
        }

        KeyCarry[] carried = new KeyCarry[cells.Length];
        for (int i = 0; i < cells.Length; i++)
        {
            long before = TAtomics.LoadAcquire(ref cells[i]);
            carried[i] = _policy.Carry(KeySlot.Payload(before), LookAtClock());
        }

        return carried;
    }

    public void AdoptCells(KeyCarry[] carried)
    {
        if (carried.Length == 0 || _overflowCells == 0)
        {
            return;
        }

        // Both lengths are powers of two: a key's cell here stands for one or several there, or the other way round.
        long[] cells = Cells();
        for (int i = 0; i < Math.Max(cells.Length, carried.Length); i++)
        {
            ref long cell = ref cells[i & (cells.Length - 1)];
            long now = LookAtClock();
            long payload = _policy.Adopt(carried[i & (carried.Length - 1)], now);
            if (!_policy.IsUnused(payload, now))
            {
                long before = TAtomics.LoadAcquire(ref cell);
                long stricter = _policy.Stricter(KeySlot.Payload(before), payload, now);
                TAtomics.CompareExchange(ref cell, KeySlot.WithReturned(before, stricter), before);
            }
        }
    }

    public void Walk(Action<KeyHash> visit)
    {
        // A key that moves does so to a later page, and is met there.
        for (KeyPage? page = TAtomics.LoadAcquire(ref _page!); page is not null; page = TAtomics.LoadAcquire(ref page.Next))
        {
            for (int bucket = 0; bucket < page.Buckets; bucket++)
            {
                ref long prints = ref page.Bucket(bucket);
                for (int slot = 0; slot < TShape.Slots; slot++)
                {
                    long print = TAtomics.LoadAcquire(ref PrintOf(ref prints, slot));
                    long state = TAtomics.LoadAcquire(ref StateOf(ref prints, slot));
                    if (KeySlot.IsKey(print) && (state & KeySlot.Frozen) == 0)
                    {
                        visit(new KeyHash((ulong)print, KeySlot.Tag(state)));
                    }
                }
            }
        }
    }
}
