using System.Runtime.CompilerServices;
using RateSync.Fast.Algorithms;

namespace RateSync.Fast.State;

/// <content>
/// Going round the table a few buckets at a time: keys that are unused are forgotten, and payloads whose time would come round its circle
/// are seen to in time. Done by callers who read the clock anyway; there is no timer.
/// </content>
internal sealed partial class KeyTable<TPolicy, TAtomics, TShape>
{
    private const int BucketsPerSweep = 8;

    /// <summary>Calls of <see cref="MoveSome"/> for one sweep.</summary>
    private const int MovesPerSweep = 4;

    /// <summary>The table is gone round so many times in the time in which each payload must be looked at.</summary>
    private const int VisitsBeforeDue = 4;

    /// <summary>The whole table is gone round at least this often, if it is used at all.</summary>
    private const int RoundSeconds = 60;

    private PaddedWord _sweepCursor;

    // Clock tick from which on the next few buckets are due.
    private long _sweepFrom;

    /// <summary>Forgets every unused key now. Returns how many.</summary>
    public long SweepAll()
    {
        long now = LookAtClock();
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

    /// <summary>
    /// The time, once payloads can be read at it. Whoever has read a state before and finds that it has not changed after may go on with
    /// it.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private long LookAtClock()
    {
        long now = _clock.Now();
        return now < TAtomics.LoadAcquire(ref _sweepFrom) ? now : SweepAndLook(now);
    }

    /// <summary>The time after a sweep, which may have brought payloads up to a later one than its own.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private long SweepAndLook(long now)
    {
        SweepSome(now);
        return Math.Max(now, _clock.Now());
    }

    private void SweepSome(long now)
    {
        KeyPage page = TAtomics.LoadAcquire(ref _page!)!;
        long batches = ((page.Buckets - 1) / BucketsPerSweep) + 1;
        long interval = SweepInterval(page);
        long due = TAtomics.LoadAcquire(ref _sweepFrom);
        if (now - due > _policy.VisitTicks)
        {
            WakeUp(now);
            return;
        }

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

            // Only one page is gone round, so what has begun to move must arrive, newcomers or not.
            if (TAtomics.LoadAcquire(ref page.Next) is { } next)
            {
                for (int i = 0; i < MovesPerSweep; i++)
                {
                    MoveSome(page, next);
                }
            }
        }
    }

    private long SweepInterval(KeyPage page)
    {
        long round = Math.Min(_policy.VisitTicks / VisitsBeforeDue, RoundSeconds * _clock.Frequency);
        return Math.Max(1, round / (((page.Buckets - 1) / BucketsPerSweep) + 1));
    }

    /// <summary>
    /// Nobody has looked at the clock for so long that payloads might be read as of a wrong turn of their circle: sees to all of them at
    /// once.
    /// </summary>
    /// <remarks>
    /// With V for <see cref="IKeyPolicy.VisitTicks"/> and a circle of 8 V: a payload is gone round every V/4 or, while it moves, one and a
    /// half times that, is forgotten when it has been unused for V/2, and sweeps come V/4 apart. After a pause of 2.25 V a payload tells a
    /// time not more than 3.5 V ago, within the half circle that can be told. After a longer one no debt, which is 2 V at the most, is
    /// left.
    /// </remarks>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private void WakeUp(long now)
    {
        // A lock: entered by the first callers after minutes of silence at the least. Nobody may go on before it is done: what is
        // granted after the pause must not be taken for something from before it.
        lock (_growGate)
        {
            long pause = now - TAtomics.LoadAcquire(ref _sweepFrom);
            if (pause <= _policy.VisitTicks)
            {
                return;
            }

            bool allUnused = pause > (_policy.VisitTicks * 2) + (_policy.VisitTicks / 4);
            for (KeyPage? page = TAtomics.LoadAcquire(ref _page!); page is not null; page = TAtomics.LoadAcquire(ref page.Next))
            {
                for (int bucket = 0; bucket < page.Buckets; bucket++)
                {
                    for (int slot = 0; slot < TShape.Slots; slot++)
                    {
                        WakeWord(ref StateOf(ref page.Bucket(bucket), slot), allUnused, now);
                    }

                    SweepBucket(page, bucket, stale: true, now);
                }
            }

            foreach (ref long cell in (TAtomics.LoadAcquire(ref _overflow) ?? []).AsSpan())
            {
                WakeWord(ref cell, allUnused, now);
            }

            // ORDER: full fence; after everything else. PAIRS: LookAtClock. ELSE: a caller could decide on a payload that has not been seen
            // to.
            TAtomics.Exchange(ref _sweepFrom, now + SweepInterval(TAtomics.LoadAcquire(ref _page!)!));
        }
    }

    private void WakeWord(ref long state, bool allUnused, long now)
    {
        while (true)
        {
            long before = TAtomics.LoadAcquire(ref state);
            long payload = KeySlot.Payload(before);

            // The time is read after the payload: what was set aside may have been spent since the walk began.
            long at = Math.Max(now, _clock.Now());
            long woken = allUnused ? _policy.Wake(payload, at) : _policy.Settle(payload, at);
            if ((before & KeySlot.Frozen) != 0
                || TAtomics.CompareExchange(ref state, KeySlot.WithReturned(before, woken), before) == before)
            {
                return;
            }
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
            if (_policy.Settle(payload, now) != payload && TAtomics.LoadAcquire(ref print) == owner)
            {
                // As of a time read after the state: what was set aside may have been spent, without the clock, since the walk began, and
                // would come home as if it had been spent then.
                long settled = _policy.Settle(payload, Math.Max(now, _clock.Now()));
                TAtomics.CompareExchange(ref state, KeySlot.WithReturned(before, settled), before);
            }
        }

        return forgotten;
    }
}
