using RateSync.Fast.Bench.Measure;

namespace RateSync.Fast.Bench.Operations;

/// <summary><see cref="FixedWindow.TryAcquire()"/>.</summary>
internal struct FixedWindowOperation(FixedWindow window) : IOperation
{
    private readonly FixedWindow _window = window;

    public readonly void Begin(long start)
    {
    }

    public readonly bool Invoke() => _window.TryAcquire();
}
