using System.Runtime.CompilerServices;
using RateSync.Fast.Algorithms;

namespace RateSync.Fast.State;

/// <content>
/// What happens to newcomers when the table is full of keys in use and may not grow: they share cells, which makes the limit
/// stricter for them, never looser; or they are refused.
/// </content>
internal sealed partial class KeyTable<TPolicy, TAtomics, TShape>
{
    private readonly int _overflowCells;

    // Made when the first key finds no room.
    private long[]? _overflow;
    private PaddedWord _overflowed;

    /// <summary>Requests for keys that found no room.</summary>
    public long Overflowed => Volatile.Read(ref _overflowed.Value);

    private bool TryTakeFromOverflow(in KeyHash key, long permits, ref KeyVerdict verdict)
    {
        Interlocked.Increment(ref _overflowed.Value);
        verdict.Overflowed = true;
        if (_overflowCells == 0)
        {
            return false;
        }

        ref long cell = ref CellOf(Cells(), key);
        while (true)
        {
            long now = LookAtClock();
            long before = TAtomics.LoadAcquire(ref cell);
            if (!_policy.TryTake(KeySlot.Payload(before), now, permits, out long next))
            {
                if (TAtomics.LoadAcquire(ref cell) != before)
                {
                    continue;
                }

                Explain(KeySlot.Payload(before), now, permits, ref verdict);
                return false;
            }

            // ORDER: full fence; then the key's slots are looked through. PAIRS: Settle, which reads the cell after having marked a slot.
            // ELSE: a key could settle with a fresh payload, while a grant for it is only booked here.
            if (TAtomics.CompareExchange(ref cell, KeySlot.WithPayload(before, next), before) == before)
            {
                Explain(next, now, 1, ref verdict);
                return IsNowhere(key) || TakeAfterAll(key, permits, ref cell, ref verdict);
            }
        }
    }

    /// <summary>The key has found room meanwhile: its own slot decides, and the cell gets its permits back.</summary>
    private bool TakeAfterAll(in KeyHash key, long permits, ref long cell, ref KeyVerdict verdict)
    {
        GiveBack(ref cell, permits);
        return TryTake(key, permits, ref verdict);
    }

    private void GiveBack(ref long cell, long permits)
    {
        while (true)
        {
            long now = LookAtClock();
            long before = TAtomics.LoadAcquire(ref cell);
            long next = _policy.Refund(KeySlot.Payload(before), now, permits);
            if (TAtomics.CompareExchange(ref cell, KeySlot.WithReturned(before, next), before) == before)
            {
                return;
            }
        }
    }

    private bool ChargeOverflow(in KeyHash key, long permits)
    {
        Interlocked.Increment(ref _overflowed.Value);
        if (_overflowCells == 0)
        {
            return false;
        }

        ref long cell = ref CellOf(Cells(), key);
        while (true)
        {
            long now = LookAtClock();
            long before = TAtomics.LoadAcquire(ref cell);
            if (!_policy.TryCharge(KeySlot.Payload(before), now, permits, out long next))
            {
                return false;
            }

            long after = KeySlot.WithReturned(before, next);
            if (TAtomics.CompareExchange(ref cell, after, before) == before)
            {
                if (IsNowhere(key))
                {
                    return true;
                }

                // Where the counters end less was booked than was charged, and giving all back would free what was granted to others. Then
                // only what the cell had is put back, or, if others have used it since, nothing. One permit fewer tells.
                bool allBooked = !_policy.TryCharge(KeySlot.Payload(before), now, permits - 1, out long fewer) || fewer != next;
                if (TAtomics.CompareExchange(ref cell, KeySlot.WithReturned(after, KeySlot.Payload(before)), after) != after && allBooked)
                {
                    GiveBack(ref cell, permits);
                }

                return TryCharge(key, permits);
            }
        }
    }

    /// <summary>
    /// What a newcomer begins with: as a key never seen, or with what was booked in the cell it may have been served from.
    /// </summary>
    private long OverflowPayload(in KeyHash key, long now)
    {
        long fresh = _policy.Fresh(now);
        if (TAtomics.LoadAcquire(ref _overflow) is not { } cells)
        {
            return fresh;
        }

        long cell = KeySlot.Payload(TAtomics.LoadAcquire(ref CellOf(cells, key)));
        return _policy.IsUnused(cell, now) ? fresh : _policy.Stricter(cell, fresh, now);
    }

    /// <summary>Whether a key has no slot in any page, once everybody has been thrown out who was settling it.</summary>
    private bool IsNowhere(in KeyHash key)
    {
        long now = _clock.Now();
        for (KeyPage? page = TAtomics.LoadAcquire(ref _page!); page is not null; page = TAtomics.LoadAcquire(ref page.Next))
        {
            while (!ClearPending(page, key))
            {
                // A slot that has moved while it was unused has no copy in the next page, and counts for nothing.
                bool there = !Unsafe.IsNullRef(ref Find(page, key, out long state));
                if (there && (KeySlot.IsOpen(state) || !_policy.IsUnused(KeySlot.Payload(state), now)))
                {
                    return false;
                }

                if (there)
                {
                    break;
                }
            }
        }

        return true;
    }

    private static ref long CellOf(long[] cells, in KeyHash key) => ref cells[(int)((key.Print >> 20) & (ulong)(cells.Length - 1))];

    private long[] Cells()
    {
        long[]? cells = TAtomics.LoadAcquire(ref _overflow);
        if (cells is null)
        {
            long[] made = new long[_overflowCells];
            Array.Fill(made, KeySlot.Fresh(0, _policy.Fresh(_clock.Now()), 0));
            cells = TAtomics.CompareExchange(ref _overflow, made, null) ?? made;
        }

        return cells;
    }
}
