using RateSync.Fast.Bench.Measure;
using RateSync.Fast.State;

namespace RateSync.Fast.Bench.Operations;

/// <summary>
/// The token bucket as a thread sees it that has no lane of its own, because more threads are about than there are lanes.
/// </summary>
internal struct ShardOperation(TokenBucket bucket) : IOperation
{
    private const uint BeyondLanes = 1 << 16;

    private readonly ShardedReservoir<GcraReservoir<InterlockedAtomics>, InterlockedAtomics> _tokens = bucket.Tokens;

    public readonly void Begin(long start)
    {
    }

    public readonly bool Invoke() => _tokens.TryTake(ThreadSlot.Current | BeyondLanes);
}
