using RateSync.Fast.Algorithms;

namespace RateSync.Fast.State;

/// <content>Bringing home what lanes and shards hold.</content>
internal sealed partial class ShardedReservoir<TReservoir, TAtomics>
{
    /// <summary>
    /// Empties every cell that can be emptied and adds what was found to <paramref name="transfer"/>. From then on the caller holds it in
    /// its hands, still charged, until it makes its step at the reservoir.
    /// </summary>
    private void Gather(ref Transfer transfer)
    {
        GatherShards(ref transfer);
        GatherLanes(ref transfer);
    }

    private void GatherShards(ref Transfer transfer)
    {
        Shard[] shards = _shards;
        for (int i = 0; i < shards.Length; i++)
        {
            ref Shard shard = ref shards[i];
            long word = TAtomics.LoadAcquire(ref shard.Word);
            while ((word & (ShardState.Charged | ShardState.Claimed)) == ShardState.Charged)
            {
                // ORDER: full fence. PAIRS: the takers' subtraction. ELSE: both would have the same tokens.
                long seen = TAtomics.CompareExchange(ref shard.Word, 0, word);
                if (seen == word)
                {
                    Settle(ref transfer, ShardState.Tokens(word));
                    Interlocked.Add(ref shard.Granted, _reservoir.Chunks.ChunkSize - ShardState.Tokens(word));
                    break;
                }

                word = seen;
            }
        }
    }

    private void GatherLanes(ref Transfer transfer)
    {
        Lane[] lanes = _lanes;
        if (lanes.Length == 0)
        {
            return;
        }

        // First close all lanes, then put one fence on all threads, then see what is left in them.
        Span<long> revoked = stackalloc long[lanes.Length];
        bool any = false;
        for (int i = 0; i < lanes.Length; i++)
        {
            revoked[i] = Revoke(ref lanes[i], ref transfer);
            any |= revoked[i] != 0;
        }

        if (!any)
        {
            return;
        }

        // ORDER: a full fence on every thread. An owner's take is either counted in what is read below, or its look at the limit comes
        // after and finds the lane closed. PAIRS: the store and load in TryTake. ELSE: an owner whose store still waits in its
        // store buffer would have a token that is also found left here.
        if (!TAtomics.Has(Defect.LanesEmptiedWithoutFence))
        {
            TAtomics.FenceAllThreads();
        }

        for (int i = 0; i < lanes.Length; i++)
        {
            if (revoked[i] != 0)
            {
                Collect(ref lanes[i], revoked[i], ref transfer);
            }
        }
    }

    /// <summary>Closes one lane. Returns its closed limit if it still has to be found out what is left in it, else 0.</summary>
    private long Revoke(ref Lane lane, ref Transfer transfer)
    {
        long limit = TAtomics.LoadAcquire(ref lane.Limit);
        if (!LaneState.IsOpen(limit))
        {
            return LaneState.IsRevoked(limit) ? limit : 0;
        }

        // ORDER: acquire. The owner's count only grows while the lane is open, so a lane that looks spent is spent.
        if (TAtomics.LoadAcquire(ref lane.Used) >= limit)
        {
            if (TAtomics.CompareExchange(ref lane.Limit, LaneState.Idle(limit), limit) == limit)
            {
                Settle(ref transfer, 0);
            }

            return 0;
        }

        long closed = LaneState.Revoked(limit);
        return TAtomics.CompareExchange(ref lane.Limit, closed, limit) == limit ? closed : 0;
    }

    /// <summary>After the fence: settles what a closed lane had left, unless its owner or another thief was faster.</summary>
    private void Collect(ref Lane lane, long revoked, ref Transfer transfer)
    {
        long limit = LaneState.Mark(revoked);
        long used = Math.Min(TAtomics.LoadAcquire(ref lane.Used), limit);

        // ORDER: full fence. No limit is ever opened twice, so an unchanged value is the revocation that came before the fence.
        // PAIRS: the owner's exchange in KeepsTake. ELSE: the rest would be had twice.
        if (TAtomics.CompareExchange(ref lane.Limit, LaneState.Idle(used), revoked) == revoked)
        {
            Settle(ref transfer, limit - used);
        }
    }

    private void Settle(ref Transfer transfer, long rest)
    {
        transfer.Returned += rest;
        transfer.Spent += _reservoir.Chunks.ChunkSize - rest;
        transfer.Disarmed++;
    }

    /// <summary>Tokens in lanes and shards; exact when nobody else is at work.</summary>
    private long TokensOut()
    {
        long tokens = 0;
        foreach (ref Shard shard in _shards.AsSpan())
        {
            tokens += ShardState.Tokens(TAtomics.LoadAcquire(ref shard.Word));
        }

        foreach (ref Lane lane in _lanes.AsSpan())
        {
            long limit = TAtomics.LoadAcquire(ref lane.Limit);
            if (LaneState.IsOpen(limit))
            {
                tokens += Math.Max(0, limit - TAtomics.LoadAcquire(ref lane.Used));
            }
        }

        return tokens;
    }
}
