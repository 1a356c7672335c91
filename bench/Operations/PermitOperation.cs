using RateSync.Fast.Bench.Measure;

namespace RateSync.Fast.Bench.Operations;

/// <summary>A slot as a <see cref="Permit"/>, which may be disposed of twice.</summary>
internal struct PermitOperation(TicketSemaphore gate) : IOperation
{
    private readonly TicketSemaphore _gate = gate;

    public readonly void Begin(long start)
    {
    }

    public readonly bool Invoke()
    {
        if (!_gate.TryAcquire(out Permit permit))
        {
            return false;
        }

        permit.Dispose();
        return true;
    }
}
