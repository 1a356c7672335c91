using RateSync.Fast.Bench.Measure;

namespace RateSync.Fast.Bench.Operations;

/// <summary><see cref="SlidingWindow.TryAcquire()"/>, counted exactly.</summary>
internal struct SlidingWindowOperation(SlidingWindow window) : IOperation
{
    private readonly SlidingWindow _window = window;

    public readonly void Begin(long start)
    {
    }

    public readonly bool Invoke() => _window.TryAcquire();
}
