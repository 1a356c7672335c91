namespace RateSync.Fast.State;

/// <summary>A lock that is held until this is disposed of, by the machine or by the explorer.</summary>
/// <typeparam name="TAtomics">Which of the two.</typeparam>
internal readonly ref struct Held<TAtomics>
    where TAtomics : struct, IAtomics
{
    private readonly Lock _gate;

    public Held(Lock gate)
    {
        _gate = gate;
        TAtomics.Enter(gate);
    }

    public void Dispose() => TAtomics.Exit(_gate);
}
