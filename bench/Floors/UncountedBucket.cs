using RateSync.Fast.State;

namespace RateSync.Fast.Bench.Floors;

/// <summary><see cref="TokenBucket"/> without figures: the same object in front of the same lanes.</summary>
internal sealed class UncountedBucket(double ratePerSecond, long burst) : IDisposable
{
    private readonly UncountedLanes _tokens = new(ratePerSecond, burst);

    public bool TryAcquire() => _tokens.TryTake(ThreadSlot.Current);

    public void Dispose() => _tokens.Dispose();
}
