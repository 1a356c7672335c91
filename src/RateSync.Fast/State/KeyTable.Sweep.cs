using System.Runtime.CompilerServices;
using RateSync.Fast.Algorithms;

namespace RateSync.Fast.State;

/// <content>
/// Going round the table a few buckets at a time: keys that are unused are forgotten, and payloads whose time would come round its circle are
/// seen to in time. Done by callers who read the clock anyway; there is no timer.
/// </content>
internal sealed partial class KeyTable<TPolicy, TAtomics, TShape>
{
    private const int BucketsPerSweep = 8;

    /// <summary>The whole table is gone round at least this often, if it is used at all.</summary>
    private const int RoundSeconds = 60;

    private PaddedWord _sweepCursor;

    // Clock tick from which on the next few buckets are due.
    private long _sweepFrom;

    /// <summary>Forgets every unused key now. Returns how many.</summary>
    public long SweepAll()
    {
        long now = _clock.Now();
        long forgotten = 0;
        for (KeyPage? page = TAtomics.LoadAcquire(ref _page!); page is not null; page = TAtomics.LoadAcquire(ref page.Next))
        {
            for (int bucket = 0; bucket < page.Buckets; bucket++)
            {
                forgotten += SweepBucket(page, bucket, stale: false, now);
            }
        }

        return forgotten;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void SweepIfDue(long now)
    {
        if (now >= TAtomics.Load(ref _sweepFrom))
        {
            SweepSome(now);
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private void SweepSome(long now)
    {
        KeyPage page = TAtomics.LoadAcquire(ref _page!)!;
        long round = Math.Min(_policy.VisitTicks, RoundSeconds * _clock.Frequency);
        long batches = ((page.Buckets - 1) / BucketsPerSweep) + 1;
        long interval = Math.Max(1, round / batches);
        long due = TAtomics.LoadAcquire(ref _sweepFrom);
        if (now < due || TAtomics.CompareExchange(ref _sweepFrom, now + interval, due) != due)
        {
            return;
        }

        // As many as have become due since the last caller came by; all of them after a long pause.
        long count = Math.Min(batches, ((now - due) / interval) + 1);
        for (; count > 0; count--)
        {
            long first = (TAtomics.Add(ref _sweepCursor.Value, 1) - 1) % batches * BucketsPerSweep;
            for (long bucket = first; bucket < Math.Min(first + BucketsPerSweep, page.Buckets); bucket++)
            {
                SweepBucket(page, (int)bucket, stale: true, now);
            }

            SweepCells(first / BucketsPerSweep, batches, now);
        }
    }

    private void SweepCells(long batch, long batches, long now)
    {
        if (TAtomics.LoadAcquire(ref _overflow) is not { } cells)
        {
            return;
        }

        long perBatch = (cells.Length / batches) + 1;
        for (long i = batch * perBatch; i < Math.Min((batch + 1) * perBatch, cells.Length); i++)
        {
            long before = TAtomics.LoadAcquire(ref cells[i]);
            if (_policy.IsUnused(KeySlot.Payload(before), now))
            {
                TAtomics.CompareExchange(ref cells[i], KeySlot.WithReturned(before, _policy.Fresh(now)), before);
            }
        }
    }

    private int SweepBucket(KeyPage page, int bucket, bool stale, long now)
    {
        int forgotten = 0;
        ref long prints = ref page.Bucket(bucket);
        for (int slot = 0; slot < TShape.Slots; slot++)
        {
            ref long print = ref PrintOf(ref prints, slot);
            ref long state = ref StateOf(ref prints, slot);
            long owner = TAtomics.LoadAcquire(ref print);
            long before = TAtomics.LoadAcquire(ref state);
            if (!KeySlot.IsKey(owner) || !KeySlot.IsOpen(before))
            {
                continue;
            }

            if (IsFree(before, stale, now))
            {
                if (TakeOver(ref prints, slot, 0, stale, now))
                {
                    TAtomics.Add(ref _count.Value, -1);
                    forgotten++;
                }

                continue;
            }

            long payload = KeySlot.Payload(before);
            long settled = _policy.Settle(payload, now);
            if (settled != payload && TAtomics.LoadAcquire(ref print) == owner)
            {
                TAtomics.CompareExchange(ref state, KeySlot.WithReturned(before, settled), before);
            }
        }

        return forgotten;
    }
}
