using RateSync.Fast.Bench.Measure;

namespace RateSync.Fast.Bench.Floors;

/// <summary>Nothing at all: what timing one operation by itself costs.</summary>
internal struct NothingFloor(bool answer) : IOperation
{
    private readonly bool _answer = answer;

    public readonly void Begin(long start)
    {
    }

    public readonly bool Invoke() => _answer;
}
