using System.Diagnostics;
using RateSync.Fast.Bench.Measure;

namespace RateSync.Fast.Bench.Floors;

/// <summary>One reading of the clock.</summary>
internal struct ClockFloor(PrivateLine line) : IOperation
{
    private readonly PrivateLine _line = line;

    public readonly void Begin(long start)
    {
    }

    public readonly bool Invoke() => Stopwatch.GetTimestamp() > _line.Value;
}
