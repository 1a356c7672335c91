using RateSync.Fast.Bench.Measure;

namespace RateSync.Fast.Bench.Floors;

/// <summary>One interlocked operation in and one out.</summary>
internal struct TwoInterlockedFloor(PrivateLine line) : IOperation
{
    private readonly PrivateLine _line = line;

    public readonly void Begin(long start)
    {
    }

    public readonly bool Invoke() => Interlocked.Decrement(ref _line.Value) >= 0 && Interlocked.Increment(ref _line.Value) >= 0;
}
