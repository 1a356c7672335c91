using System.Runtime.CompilerServices;
using RateSync.Fast.Algorithms;
using RateSync.Fast.State;
using RateSync.Fast.Time;

namespace RateSync.Fast.Bench.Floors;

/// <summary>
/// The token bucket's way through a lane without anything that is there for figures only:
/// <see cref="ShardedReservoir{TReservoir, TAtomics}"/>'s steps copied out, less the tally, less the time of the last grant, less what the
/// lane keeps to tell how much it gave. For a bucket that is never contended for and never runs dry; shows what the figures cost.
/// </summary>
internal sealed class UncountedLanes : IDisposable
{
    private readonly Clock _clock = new(null);
    private readonly Lane[] _lanes;

    // Mutable struct: must not be readonly.
    private GcraReservoir<InterlockedAtomics> _reservoir;
    private long _disposed;

    public UncountedLanes(double ratePerSecond, long burst)
    {
        ChunkPlan chunks = ChunkPlan.For(ratePerSecond, burst, Environment.ProcessorCount);
        _reservoir = new(RateScale.Create(ratePerSecond, burst, _clock.Frequency), chunks, _clock, _clock.Now(), burst, null);
        _lanes = new Lane[1 + ChunkPlan.Lanes(Environment.ProcessorCount)];
        foreach (ref Lane lane in _lanes.AsSpan())
        {
            lane.Limit = LaneState.Idle(0);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool TryTake(uint slot)
    {
        Lane[] lanes = _lanes;
        if (slot < (uint)lanes.Length)
        {
            ref Lane lane = ref lanes[slot];
            long used = lane.Used + 1;
            lane.Used = used;
            if (used <= Volatile.Read(ref lane.Limit))
            {
                return true;
            }

            return TakeAfterMiss(slot, used);
        }

        return Refuse();
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static bool Refuse() => throw new InvalidOperationException("This bucket is for threads that have a lane.");

    public void Dispose() => Interlocked.Exchange(ref _disposed, 1);

    [MethodImpl(MethodImplOptions.NoInlining)]
    private bool TakeAfterMiss(uint slot, long used)
    {
        ref Lane lane = ref _lanes[slot];
        long limit = Volatile.Read(ref lane.Limit);
        if (LaneState.IsOpen(limit) || used > LaneState.Mark(limit))
        {
            lane.Used = used - 1;
            return FillAndTake(slot);
        }

        return true;
    }

    private bool FillAndTake(uint slot)
    {
        ref Lane lane = ref _lanes[slot];
        long limit = Volatile.Read(ref lane.Limit);
        bool open = LaneState.IsOpen(limit);
        ObjectDisposedException.ThrowIf(Volatile.Read(ref _disposed) != 0, this);
        long used = lane.Used;
        if (Interlocked.CompareExchange(ref lane.Limit, LaneState.Filling(used), limit) != limit)
        {
            return false;
        }

        Transfer transfer = new() { Take = 1, WantChunk = true };
        if (open)
        {
            transfer.Returned = limit - used;
            transfer.Spent = _reservoir.Chunks.ChunkSize - transfer.Returned;
            transfer.Disarmed = 1;
        }

        Outcome outcome = _reservoir.Transact(_clock.Now(), transfer);
        if (outcome.GotChunk)
        {
            // The lane counts up from the highest limit ever: that is for the law, not for figures.
            lane.Used = lane.High;
            lane.High += _reservoir.Chunks.ChunkSize;
            Volatile.Write(ref lane.Limit, lane.High);
        }
        else
        {
            Volatile.Write(ref lane.Limit, LaneState.Idle(used));
        }

        return outcome.Granted;
    }
}
