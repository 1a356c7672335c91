using RateSync.Fast.Named;
using RateSync.Fast.Tests.Interleaving.Explorer;

namespace RateSync.Fast.Tests.Interleaving.Suites;

/// <summary>A named limiter whose every step is explored.</summary>
internal sealed class ModelNamed : Limiter, IHasDirectPart
{
    private readonly NamedEngine<ModelAtomics> _engine;

    // Mutable struct: must not be readonly.
    private DirectPart<ModelAtomics> _direct;

    public ModelNamed(LimiterOptions options, INamedParts parts, TimeProvider time)
        : base("named")
    {
        _engine = new NamedEngine<ModelAtomics>(this, this, options, parts, time);
        Use(_engine);
    }

    public NamedEngine<ModelAtomics> Named => _engine;

    public Limiter? Direct
    {
        set => _direct.Set(value);
    }

    public override bool TryAcquire() => _direct.TryTake(in _engine);
}
