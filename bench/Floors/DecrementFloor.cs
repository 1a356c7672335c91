using RateSync.Fast.Bench.Measure;

namespace RateSync.Fast.Bench.Floors;

/// <summary>One interlocked decrement: what a limiter that decides by an atomic cannot avoid.</summary>
internal struct DecrementFloor(PrivateLine line) : IOperation
{
    private readonly PrivateLine _line = line;

    public readonly void Begin(long start)
    {
    }

    public readonly bool Invoke() => Interlocked.Decrement(ref _line.Value) >= 0;
}
