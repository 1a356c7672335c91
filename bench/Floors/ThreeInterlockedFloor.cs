using RateSync.Fast.Bench.Measure;

namespace RateSync.Fast.Bench.Floors;

/// <summary>One interlocked operation in and one out, and one to see that it is done once.</summary>
internal struct ThreeInterlockedFloor(PrivateLine line) : IOperation
{
    private readonly PrivateLine _line = line;

    public readonly void Begin(long start)
    {
    }

    public readonly bool Invoke()
    {
        PrivateLine line = _line;
        return Interlocked.Decrement(ref line.Value) >= 0
            && Interlocked.CompareExchange(ref line.Value, 0, -1) >= 0
            && Interlocked.Increment(ref line.Value) >= 0;
    }
}
