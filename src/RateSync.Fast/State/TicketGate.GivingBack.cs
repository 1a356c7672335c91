using System.Runtime.CompilerServices;
using RateSync.Fast.Algorithms;

namespace RateSync.Fast.State;

internal sealed partial class TicketGate<TAtomics>
{
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

    /// <summary>Gives several slots back: at once where nobody waits, else to the waiters one after the other.</summary>
    /// <exception cref="SemaphoreFullException">More slots were given back than taken.</exception>
    public void Exit(uint slot, long permits)
    {
        if (permits == 1)
        {
            Exit(slot);
            return;
        }

        // To the count, not to a core: from there every core gets them, and more of them have room in it.
        Free(permits);
        _tally.Released(slot, permits);
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

    /// <summary>
    /// Several slots are free: they pay for a lowered limit, go to waiters one after the other, or back to the count at once.
    /// </summary>
    private void Free(long slots)
    {
        while (slots > 1)
        {
            slots -= TicketLine<TAtomics>.PayDebt(ref _words, slots);
            long count = TAtomics.LoadAcquire(ref _words.Count);
            long some = Math.Min(slots, TAtomics.LoadAcquire(ref _max) - count);
            if (slots > 0 && (count < 0 || some <= 0))
            {
                FreeOne();
                slots--;
            }

            // ORDER: full fence; then the debt is read. PAIRS: a waiter's subtraction, and a lowered limit's addition to the debt, after
            // which it looks at the count. ELSE: slots could go to the count while somebody waits, or lie free that a lowered limit no
            // longer has.
            else if (slots > 0 && TAtomics.CompareExchange(ref _words.Count, count + some, count) == count)
            {
                slots -= some;
                if (!TAtomics.Has(Defect.SeveralFreedForgetDebt))
                {
                    PayDebt();
                }
            }
        }

        if (slots == 1)
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
    /// ORDER: whoever adds to the count does so with a full fence and looks for a debt after it; whoever makes a debt looks at the count
    /// after it.
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
