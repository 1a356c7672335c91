using RateSync.Fast.Bench.Measure;

namespace RateSync.Fast.Bench.Operations;

/// <summary><see cref="TicketSemaphore.TryEnter"/> and <see cref="TicketSemaphore.Exit"/>.</summary>
internal struct EnterExitOperation(TicketSemaphore gate) : IOperation
{
    private readonly TicketSemaphore _gate = gate;

    public readonly void Begin(long start)
    {
    }

    public readonly bool Invoke()
    {
        if (!_gate.TryEnter())
        {
            return false;
        }

        _gate.Exit();
        return true;
    }
}
