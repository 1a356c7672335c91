using System.Runtime.CompilerServices;
using RateSync.Fast.Algorithms;

namespace RateSync.Fast.State;

/// <content>The way of threads without a lane.</content>
internal sealed partial class ShardedReservoir<TReservoir, TAtomics>
{
    private bool TakeFromShard(uint slot, long permits, ref Verdict verdict)
    {
        Shard[] shards = _shards;
        if (shards.Length == 0)
        {
            QuickAnswer answer = TryTakeAlone(slot, permits, ref verdict);
            if (answer == QuickAnswer.Unsure)
            {
                return TakeFromReservoir(slot, permits, ref verdict);
            }

            return answer == QuickAnswer.Granted;
        }

        ref Shard shard = ref shards[TAtomics.Core(slot) & (uint)(shards.Length - 1)];
        long word = TAtomics.LoadAcquire(ref shard.Word);
        while (ShardState.Tokens(word) >= permits)
        {
            long seen = TAtomics.CompareExchange(ref shard.Word, word - (permits * ShardState.OneToken), word);
            if (seen == word)
            {
                _tally.SeveralFromCell(slot, permits - 1);
                return true;
            }

            word = seen;
        }

        if ((word & ShardState.Charged) == 0 && !_reservoir.MaySpareChunk(_reservoir.LastGrant))
        {
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

        return FillShardAndTake(ref shard, slot, permits, ref verdict);
    }

    /// <summary>Gets the caller its permits and, if there are plenty, a new chunk for the shard, in one step at the reservoir.</summary>
    private bool FillShardAndTake(ref Shard shard, uint slot, long permits, ref Verdict verdict)
    {
        long word = TAtomics.LoadAcquire(ref shard.Word);
        long before = NowIfItMayThrow();

        // ORDER: full fence. The claim keeps others from filling the shard twice, or from taking its charge off meanwhile; they go to the
        // reservoir by themselves. PAIRS: GatherShards. ELSE: the new chunk would be out without being charged.
        if ((word & ShardState.Claimed) != 0
            || TAtomics.CompareExchange(ref shard.Word, ShardState.Claimed | (word & ShardState.Charged), word) != word)
        {
            return TakeFromReservoir(slot, permits, ref verdict);
        }

        // What was left in it, which may be enough by now if somebody filled it since the caller looked, comes along.
        Transfer transfer = new() { Take = permits, WantChunk = true, HeadOfLine = _barging };
        if ((word & ShardState.Charged) != 0)
        {
            transfer.Returned = ShardState.Tokens(word);
            transfer.Spent = _reservoir.Chunks.ChunkSize - transfer.Returned;
            transfer.Disarmed = 1;
            Interlocked.Add(ref shard.Granted, transfer.Spent);
        }

        verdict.Now = NowOr(before);
        verdict.Outcome = _reservoir.Transact(verdict.Now, transfer);

        // ORDER: release; gives up the claim. Takes that failed on the claimed word are overwritten, as they should be.
        // PAIRS: the subtraction in TakeOneFromShard and the exchanges on this word. ELSE: the claim would stay for ever.
        TAtomics.StoreRelease(
            ref shard.Word, verdict.Outcome.GotChunk ? ShardState.Filled(_reservoir.Chunks.ChunkSize) : 0);
        ThreadSlot.RefreshCore();
        if (verdict.Outcome.GotChunk)
        {
            ComeHomeIfDisposed();
        }

        return verdict.Outcome.Granted
            ? CountGrant(slot, permits, verdict.Now)
            : GatherAndTake(slot, permits, ref verdict);
    }

    /// <summary>Makes lanes and shards once the limiter is used enough to need them.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void WarmUpCells()
    {
        if (_heat < _heatWanted && ++_heat == _heatWanted)
        {
            MakeCells();
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private void MakeCells()
    {
        lock (_tally)
        {
            if (_lanes.Length == 0)
            {
                // Slots count from 1.
                MakeCells(1 + ChunkPlan.Lanes(s_processors), ChunkPlan.Shards(s_processors));
            }
        }
    }
}
