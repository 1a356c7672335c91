using RateSync.Fast.Bench.Measure;

namespace RateSync.Fast.Bench.Peers;

/// <summary><see cref="SemaphoreSlim"/>: one wait that does not wait, and one release.</summary>
internal struct SemaphoreSlimPeer(SemaphoreSlim gate) : IOperation
{
    private readonly SemaphoreSlim _gate = gate;

    public readonly void Begin(long start)
    {
    }

    public readonly bool Invoke()
    {
        if (!_gate.Wait(0))
        {
            return false;
        }

        _gate.Release();
        return true;
    }
}
