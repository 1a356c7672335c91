using System.Runtime.CompilerServices;
using RateSync.Fast.Algorithms;

namespace RateSync.Fast.State;

/// <content>Growing: a larger page follows, and every newcomer moves a few buckets over.</content>
internal sealed partial class KeyTable<TPolicy, TAtomics, TShape>
{
    /// <summary>Buckets that one newcomer moves.</summary>
    private const int BucketsPerMove = 4;

    // A lock, not a race: it is taken by newcomers who find no room, for as long as it takes to allocate a page, which more of them
    // could only do in vain.
    private readonly Lock _growGate = new();

    /// <summary>Sees to it that a page has a successor; false when the table may not grow any more.</summary>
    private bool Grow(KeyPage page, bool beyondBound)
    {
        if (TAtomics.LoadAcquire(ref page.Next) is not null)
        {
            return true;
        }

        if (page.Buckets >= _maxBuckets && !beyondBound)
        {
            return false;
        }

        lock (_growGate)
        {
            if (TAtomics.LoadAcquire(ref page.Next) is null)
            {
                // By two fifths: even right after growing half of the slots are taken, so a key costs 32 bytes at the most.
                int wanted = page.Buckets + Math.Max(1, page.Buckets * 2 / 5);
                KeyPage next = new(beyondBound ? wanted : Math.Min(wanted, _maxBuckets), TShape.Slots);

                // ORDER: full fence; publishes the page. PAIRS: the look for a next page in Settle. ELSE: see there.
                TAtomics.CompareExchange(ref page.Next, next, null);
            }
        }

        return true;
    }

    /// <summary>Moves a few buckets, and drops the page if that was the last of it. Returns the next page.</summary>
    private KeyPage MoveSome(KeyPage page, KeyPage next)
    {
        long now = _clock.Now();
        long first = TAtomics.Add(ref page.Cursor.Value, BucketsPerMove) - BucketsPerMove;
        long moved = 0;
        for (long bucket = first; bucket < first + BucketsPerMove && bucket < page.Buckets; bucket++, moved++)
        {
            MoveBucket(page, next, (int)bucket, now);
        }

        if ((moved > 0 ? TAtomics.Add(ref page.Done.Value, moved) : TAtomics.LoadAcquire(ref page.Done.Value)) == page.Buckets)
        {
            TAtomics.CompareExchange(ref _page!, next, page);
        }

        return next;
    }

    private void MoveBucket(KeyPage page, KeyPage next, int bucket, long now)
    {
        ref long prints = ref page.Bucket(bucket);
        for (int slot = 0; slot < TShape.Slots; slot++)
        {
            PrefetchAll(next, (ulong)TAtomics.LoadAcquire(ref PrintOf(ref prints, slot)));
        }

        for (int slot = 0; slot < TShape.Slots; slot++)
        {
            while (!MoveSlot(page, next, ref PrintOf(ref prints, slot), ref StateOf(ref prints, slot), now))
            {
            }
        }
    }

    /// <summary>True when nothing is left in the slot that the next page does not have.</summary>
    private bool MoveSlot(KeyPage page, KeyPage next, ref long print, ref long state, long now)
    {
        long word = TAtomics.LoadAcquire(ref print);
        if (word == 0)
        {
            return true;
        }

        if (KeySlot.IsPending(word))
        {
            // Whoever is settling there finds the page closed, and takes itself off the count.
            return TAtomics.CompareExchange(ref print, 0, word) == word;
        }

        long before = TAtomics.LoadAcquire(ref state);
        if (TAtomics.LoadAcquire(ref print) != word)
        {
            return false;
        }

        if ((before & KeySlot.Frozen) != 0)
        {
            // Copied already; or being taken over from a key that is unused, by somebody who will find that the page has a successor.
            return true;
        }

        if ((before & KeySlot.Moved) == 0)
        {
            // ORDER: full fence; no grant is booked here any more. PAIRS: the exchange in TryTake. ELSE: a grant could be booked in a
            // page that nobody looks at any more.
            long moved = before | KeySlot.Moved;
            if (TAtomics.CompareExchange(ref state, moved, before) != before)
            {
                return false;
            }

            before = moved;
            TAtomics.Add(ref _count.Value, -1);
        }

        Copy(next, new KeyHash((ulong)word, KeySlot.Tag(before)), ref state, before, now);
        return true;
    }

    /// <summary>
    /// Sees to it that a key that has moved was put into a page from <paramref name="next"/> on, unless it is unused; and that this happens
    /// once.
    /// </summary>
    private void Copy(KeyPage next, in KeyHash key, ref long state, long moved, long now)
    {
        KeyPage page = next;
        while ((moved & KeySlot.Frozen) == 0)
        {
            while (!_policy.IsUnused(KeySlot.Payload(moved), now) && TAtomics.LoadAcquire(ref state) == moved
                && Unsafe.IsNullRef(ref Find(page, key, out _)))
            {
                if (TAtomics.LoadAcquire(ref page.Next) is { } following)
                {
                    if (ClearPending(page, key))
                    {
                        page = following;
                    }
                }
                else if (Settle(page, key, moved, now, ref state) == Settled.NoRoom)
                {
                    Grow(page, beyondBound: true);
                }
            }

            // ORDER: full fence, before the key is served from the next page. PAIRS: the look at it in Settle. ELSE: once the key has given
            // everything back there and been forgotten, somebody late could copy what it had here again, and slots would be out that nobody
            // has.
            long seen = TAtomics.CompareExchange(ref state, moved | KeySlot.Frozen, moved);
            if (seen == moved)
            {
                return;
            }

            // Copied by somebody else; or woken since: then a copy that was made before was woken as well, as later pages are woken later.
            moved = seen;
        }
    }
}
