using RateSync.Fast.Algorithms;

namespace RateSync.Fast.State;

/// <content>The owner's way with its lane, once the tokens in it do not suffice.</content>
internal sealed partial class ShardedReservoir<TReservoir, TAtomics>
{
    /// <summary>
    /// After a take found the lane closed or at its end: whether it counts all the same. If it does not, it is undone.
    /// </summary>
    /// <param name="lane">The caller's own lane, with <see cref="Lane.Used"/> at <paramref name="used"/>.</param>
    /// <param name="used">The count including the take.</param>
    /// <param name="permits">The take.</param>
    private bool KeepsTake(ref Lane lane, long used, long permits)
    {
        while (true)
        {
            long limit = TAtomics.LoadAcquire(ref lane.Limit);
            if (LaneState.IsOpen(limit) || used > LaneState.Mark(limit))
            {
                break;
            }

            if (!LaneState.IsRevoked(limit))
            {
                // A thief has closed the lane for good and counted the take as done.
                return true;
            }

            // Closed, but nobody has settled yet what was taken. The owner knows, and needs no fence to know it.
            // ORDER: full fence. PAIRS: the thief's exchange in GatherLanes. ELSE: both would have the rest.
            long before = NowIfItMayThrow();
            if (TAtomics.CompareExchange(ref lane.Limit, LaneState.Idle(used), limit) == limit)
            {
                long rest = TAtomics.Has(Defect.RestOfLaneForgotten) ? 0 : LaneState.Mark(limit) - used;
                _reservoir.Transact(
                    NowOr(before),
                    new Transfer { Returned = rest, Spent = _reservoir.Chunks.ChunkSize - rest, Disarmed = 1 });
                return true;
            }
        }

        TAtomics.Store(ref lane.Used, used - permits);
        return false;
    }

    /// <summary>Gets the caller its permits and, if there are plenty, a new chunk for its lane, in one step at the reservoir.</summary>
    private bool FillLaneAndTake(uint slot, long permits, ref Verdict verdict)
    {
        ref Lane lane = ref _lanes[slot];
        long limit = TAtomics.LoadAcquire(ref lane.Limit);
        bool open = LaneState.IsOpen(limit);
        if (!open && !_reservoir.MaySpareChunk(_reservoir.LastGrant))
        {
            // The lane is closed and stays so while tokens are scarce: then the reservoir decides on every single one.
            QuickAnswer answer = TryTakeAlone(slot, permits, ref verdict);
            if (answer != QuickAnswer.Unsure)
            {
                return answer == QuickAnswer.Granted;
            }
        }
        else
        {
            ObjectDisposedException.ThrowIf(TAtomics.LoadAcquire(ref _disposed) != 0, Owner);
        }

        long used = TAtomics.Load(ref lane.Used);

        // Read before the lane is changed: a caller's clock may throw.
        verdict.Now = Now();

        // ORDER: full fence. While the lane is filling, its charge cannot be taken off by a thief. PAIRS: the thief's exchanges
        // in GatherLanes. ELSE: the new chunk would be out without being charged.
        if ((!open && !LaneState.IsIdle(limit))
            || TAtomics.CompareExchange(ref lane.Limit, LaneState.Filling(used), limit) != limit)
        {
            return TakeFromReservoir(slot, permits, ref verdict);
        }

        Transfer transfer = new() { Take = permits, WantChunk = true, HeadOfLine = _barging };
        if (open)
        {
            transfer.Returned = limit - used;
            transfer.Spent = _reservoir.Chunks.ChunkSize - transfer.Returned;
            transfer.Disarmed = 1;
        }

        verdict.Outcome = _reservoir.Transact(verdict.Now, transfer);
        if (verdict.Outcome.GotChunk)
        {
            // Counting goes on from the highest limit ever: a limit that came back could be mistaken for its earlier self.
            lane.Skipped += lane.High - used;
            TAtomics.Store(ref lane.Used, lane.High);
            lane.High += _reservoir.Chunks.ChunkSize;

            // ORDER: release; the count goes first. PAIRS: the thief's acquire load of the limit.
            // ELSE: a thief could set an old count against the new limit and find more than there is.
            TAtomics.StoreRelease(ref lane.Limit, lane.High);
            ComeHomeIfDisposed();
        }
        else
        {
            TAtomics.StoreRelease(ref lane.Limit, LaneState.Idle(used));
        }

        return verdict.Outcome.Granted
            ? CountGrant(slot, permits, verdict.Now)
            : GatherAndTake(slot, permits, ref verdict);
    }
}
