using System.Diagnostics;
using RateSync.Fast.Bench.Measure;

namespace RateSync.Fast.Bench.Floors;

/// <summary>One reading of the clock and one compare-and-swap.</summary>
internal struct ClockAndExchangeFloor(PrivateLine line) : IOperation
{
    private readonly PrivateLine _line = line;

    public readonly void Begin(long start)
    {
    }

    public readonly bool Invoke()
    {
        PrivateLine line = _line;
        long seen = Volatile.Read(ref line.Value);
        return Interlocked.CompareExchange(ref line.Value, Stopwatch.GetTimestamp(), seen) == seen;
    }
}
