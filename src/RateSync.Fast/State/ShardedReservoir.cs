using System.Runtime.CompilerServices;
using RateSync.Fast.Algorithms;
using RateSync.Fast.Time;

namespace RateSync.Fast.State;

/// <summary>
/// A limit shared by all threads of the process. Tokens are kept in three places, near to far: a lane per thread, spent
/// with plain loads and stores; a shard per core, spent with one interlocked subtraction; and the reservoir, which reads the
/// clock and decides. What lanes and shards hold counts against the limit until it is spent or brought home, so the
/// limit is never exceeded; and everything is brought home before anybody is refused, so nothing is stranded.
/// </summary>
/// <remarks>
/// The accounting follows the exact limit counters of P. McKenney, "Is Parallel Programming Hard, And, If So, What Can You Do About It?",
/// chapter 5: a reserve that the slow path can take back. The lanes' handshake is Dekker's, made asymmetric by a fence on all threads.
/// A token that some call holds in its hands on the way between two places counts as borrowed by that call: a refusal that overlaps it is
/// in order.
/// </remarks>
internal sealed partial class ShardedReservoir<TReservoir, TAtomics>
    where TReservoir : struct, IReservoir
    where TAtomics : struct, IAtomics
{
    /// <summary>Permits granted by the reservoir itself before lanes and shards are worth their memory.</summary>
    private const int HeatThreshold = 64;

    private static readonly int s_processors = Environment.ProcessorCount;

    private readonly Clock _clock;
    private readonly bool _barging;

    // Mutable struct: must not be readonly.
    private TReservoir _reservoir;

    private Lane[] _lanes = [];
    private Shard[] _shards = [];
    private readonly Tally _tally = new();
    private readonly int _heatWanted;
    private int _heat;
    private long _disposed;

    // Reading of the coarse clock up to which a permit is certainly not to be had; 0 when not known.
    private long _refusesUntil;

    /// <summary>Wraps a reservoir.</summary>
    /// <param name="reservoir">The limit.</param>
    /// <param name="clock">Its clock.</param>
    /// <param name="queueLimit">Most waiters at a time.</param>
    /// <param name="barging">Whether takers may step ahead of waiters.</param>
    public ShardedReservoir(TReservoir reservoir, Clock clock, long queueLimit = long.MaxValue, bool barging = false)
    {
        Owner = this;
        _barging = barging;
        _reservoir = reservoir;
        _reservoir.LastGrant = long.MinValue;
        _clock = clock;
        _queueLimit = queueLimit;
        _heatWanted = reservoir.Chunks.MaxArmed == 0 ? 0 : HeatThreshold;
    }

    /// <summary>The limit's own word and numbers.</summary>
    public ref TReservoir Reservoir => ref _reservoir;

    public Clock Clock => _clock;

    /// <summary>Takes one permit if it is to be had.</summary>
    /// <param name="slot">The calling thread's <see cref="ThreadSlot"/>.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool TryTake(uint slot)
    {
        Lane[] lanes = _lanes;
        if (slot < (uint)lanes.Length)
        {
            // The owner's half of the handshake: count the take, then look whether the lane is still open that far.
            // ORDER: none between the store and the load; the processor may do the load first. PAIRS: GatherLanes, which closes the
            // lane and then puts a fence on this thread, too. ELSE, without that fence: both would have the same token.
            ref Lane lane = ref lanes[slot];
            long used = TAtomics.Load(ref lane.Used) + 1;
            TAtomics.Store(ref lane.Used, used);
            if (used <= TAtomics.LoadAcquire(ref lane.Limit))
            {
                return true;
            }

            return TakeAfterLaneMiss(slot, used);
        }

        return TAtomics.Load(ref _refusesUntil) == 0 ? TakeWithoutLane(slot) : TakeInFlood(slot);
    }

    /// <summary>Takes several permits, all or none.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool TryTake(uint slot, long permits)
    {
        Verdict verdict = default;
        return TryTake(slot, permits, ref verdict);
    }

    /// <summary>Takes several permits, all or none, and says what the answer was based on if the reservoir gave it.</summary>
    public bool TryTake(uint slot, long permits, ref Verdict verdict)
    {
        Lane[] lanes = _lanes;
        if (slot < (uint)lanes.Length)
        {
            ref Lane lane = ref lanes[slot];
            long used = TAtomics.Load(ref lane.Used) + permits;

            // Unlike a single take this must not run over the limit: a thief would take the overrun for spent.
            if (used <= TAtomics.LoadAcquire(ref lane.Limit))
            {
                TAtomics.Store(ref lane.Used, used);
                if (used <= TAtomics.LoadAcquire(ref lane.Limit) || KeepsTake(ref lane, used, permits))
                {
                    _tally.SeveralFromCell(slot, permits - 1);
                    return true;
                }
            }

            return FillLaneAndTake(slot, permits, ref verdict);
        }

        if (slot == ThreadSlot.Unassigned)
        {
            return TryTake(ThreadSlot.Assign(), permits, ref verdict);
        }

        return TakeFromShard(slot, permits, ref verdict);
    }

    /// <summary>
    /// Takes permits if so many more are left to be had after that, all by one step at the reservoir: what lies in cells is somebody
    /// else's, unless it has to be brought home.
    /// </summary>
    public bool TryTakeKeeping(uint slot, long permits, long keep, ref Verdict verdict)
    {
        ObjectDisposedException.ThrowIf(TAtomics.LoadAcquire(ref _disposed) != 0, Owner);
        if (slot == ThreadSlot.Unassigned)
        {
            slot = ThreadSlot.Assign();
        }

        // Nobody has more than the limit: a larger number would only overflow.
        Transfer transfer = new() { Take = permits, Keep = Math.Clamp(keep, 0, _reservoir.Limit), HeadOfLine = _barging };
        if (TAtomics.Has(Defect.KeepLookedUpBefore))
        {
            transfer.Keep = Peek(permits + keep, out _).Missing == 0 ? 0 : _reservoir.Limit;
        }

        verdict.Now = Now();
        verdict.Outcome = _reservoir.Transact(verdict.Now, transfer);
        return verdict.Outcome.Granted
            ? CountGrant(slot, permits, verdict.Now)
            : GatherAndTake(slot, transfer, ref verdict);
    }

    /// <summary>Makes lanes and shards now instead of after some use.</summary>
    /// <remarks>Not for several threads at once.</remarks>
    public void MakeCells(int lanes, int shards)
    {
        Lane[] made = new Lane[lanes];
        for (int i = 0; i < made.Length; i++)
        {
            made[i].Limit = LaneState.Idle(0);
        }

        // Readers take the arrays as they come: an empty one only sends them to the reservoir.
        Volatile.Write(ref _shards, new Shard[shards]);
        Volatile.Write(ref _lanes, made);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private bool TakeAfterLaneMiss(uint slot, long used)
    {
        ref Lane lane = ref _lanes[slot];
        long limit = TAtomics.LoadAcquire(ref lane.Limit);
        if (LaneState.IsOpen(limit) || used > LaneState.Mark(limit))
        {
            TAtomics.Store(ref lane.Used, used - 1);
        }
        else if (KeepsTake(ref lane, used, 1))
        {
            return true;
        }

        if (TAtomics.Load(ref _refusesUntil) != 0 && RefusesInFloodApart(slot))
        {
            return false;
        }

        return TakeOneWithEmptyLane(slot, limit);
    }

    /// <summary>
    /// The common refusal, without anything that only a fuller answer needs: what the reservoir is asked for is one permit.
    /// </summary>
    private bool TakeOneWithEmptyLane(uint slot, long limit)
    {
        if (!LaneState.IsOpen(limit) && !_reservoir.MaySpareChunk(_reservoir.LastGrant))
        {
            QuickAnswer answer = TryTakeOneAlone(slot);
            if (answer != QuickAnswer.Unsure)
            {
                return answer == QuickAnswer.Granted;
            }
        }

        return FillLaneAndTake(slot);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private bool TakeWithoutLane(uint slot)
    {
        if (_shards.Length != 0)
        {
            return TakeOneFromShard(slot);
        }

        return TakeBeyondCells(slot);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private bool TakeOneFromShard(uint slot)
    {
        // The look before saves a failing subtraction when the shard is dry, which it is under a flood.
        Shard[] shards = _shards;
        ref Shard shard = ref shards[TAtomics.Core(slot) & (uint)(shards.Length - 1)];
        if (TAtomics.Load(ref shard.Word) >= ShardState.OneToken
            && TAtomics.Add(ref shard.Word, -ShardState.OneToken) >= 0)
        {
            return true;
        }

        return TakeBeyondCells(slot);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private bool FillLaneAndTake(uint slot)
    {
        Verdict verdict = default;
        return FillLaneAndTake(slot, 1, ref verdict);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private bool TakeBeyondCells(uint slot)
    {
        if (_shards.Length == 0)
        {
            QuickAnswer answer = TryTakeOneAlone(slot);
            if (answer == QuickAnswer.Refused)
            {
                return false;
            }

            if (answer == QuickAnswer.Granted)
            {
                WarmUpCells();
                return true;
            }
        }

        return TakeSlowly(slot);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private bool TakeSlowly(uint slot)
    {
        if (slot == ThreadSlot.Unassigned)
        {
            return TryTake(ThreadSlot.Assign());
        }

        Verdict verdict = default;
        bool granted = TakeFromShard(slot, 1, ref verdict);
        if (_shards.Length == 0)
        {
            WarmUpCells();
        }

        return granted;
    }

    /// <summary>Takes from the reservoir alone, having found nothing nearer.</summary>
    private bool TakeFromReservoir(uint slot, long permits, ref Verdict verdict)
    {
        verdict.Now = Now();
        verdict.Outcome = _reservoir.Transact(verdict.Now, new Transfer { Take = permits, HeadOfLine = _barging });
        return verdict.Outcome.Granted
            ? CountGrant(slot, permits, verdict.Now)
            : GatherAndTake(slot, permits, ref verdict);
    }

    /// <summary>
    /// Before refusing: brings home what lanes and shards hold and takes from that. Ends when nothing is out, or when what
    /// is out stays in other calls' hands.
    /// </summary>
    private bool GatherAndTake(uint slot, long permits, ref Verdict verdict) => verdict.Outcome.Armed == 0
        ? CountRefusal(slot)
        : GatherAndTake(slot, new Transfer { Take = permits, HeadOfLine = _barging }, ref verdict);

    private bool GatherAndTake(uint slot, in Transfer wanted, ref Verdict verdict)
    {
        const int Rounds = 3;
        for (int round = 0; round < Rounds && verdict.Outcome.Armed != 0 && !verdict.Outcome.HeldByLine; round++)
        {
            Transfer transfer = wanted;
            long before = NowIfItMayThrow();
            Gather(ref transfer);

            // Tokens that were gathered may have been spent until just now: with an older time, what comes back in between would be granted
            // twice.
            verdict.Now = NowOr(before);
            verdict.Outcome = _reservoir.Transact(verdict.Now, transfer);
            if (verdict.Outcome.Granted)
            {
                return CountGrant(slot, wanted.Take, verdict.Now);
            }
        }

        return CountRefusal(slot);
    }

    /// <summary>As <see cref="TryTakeAlone"/>, for one permit and the commonest answers only.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private QuickAnswer TryTakeOneAlone(uint slot)
    {
        if (TAtomics.LoadAcquire(ref _disposed) != 0)
        {
            return QuickAnswer.Unsure;
        }

        long now = Now();
        QuickAnswer answer = _reservoir.TryTakeAlone(now, 1, out _);
        if (answer == QuickAnswer.Refused)
        {
            _tally.Refused(slot);
            return answer;
        }

        if (answer == QuickAnswer.Granted)
        {
            CountGrant(slot, 1, now);
            return answer;
        }

        return QuickAnswer.Unsure;
    }

    /// <summary>The plain case: nobody waits, nothing is out in cells, and nobody asks for reasons.</summary>
    /// <returns>Unsure when it is not.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private QuickAnswer TryTakeAlone(uint slot, long permits, ref Verdict verdict)
    {
        ObjectDisposedException.ThrowIf(TAtomics.LoadAcquire(ref _disposed) != 0, Owner);
        if (verdict.Explain)
        {
            return QuickAnswer.Unsure;
        }

        verdict.Now = Now();
        QuickAnswer answer = _reservoir.TryTakeAlone(verdict.Now, permits, out verdict.Outcome.Stamp);
        if (answer == QuickAnswer.Granted)
        {
            CountGrant(slot, permits, verdict.Now);
            return answer;
        }

        if (answer == QuickAnswer.Unsure)
        {
            return answer;
        }

        if (answer == QuickAnswer.RefusedForLong && _clock.IsSystem)
        {
            NoteLongRefusal();
        }

        _tally.Refused(slot);
        return QuickAnswer.Refused;
    }
}
