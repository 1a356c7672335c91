using RateSync.Fast.Algorithms;
using RateSync.Fast.Engine;
using RateSync.Fast.State;
using RateSync.Fast.Tests.Interleaving.Explorer;
using RateSync.Fast.Time;

namespace RateSync.Fast.Tests.Interleaving.Suites;

/// <summary>A token bucket whose every step is explored.</summary>
internal sealed class ModelBucket : Limiter
{
    public ModelBucket(string id, double rate, long burst, TimeProvider time)
        : base(id)
    {
        Clock clock = new(time);
        Tokens = new(new(RateScale.Create(rate, burst, clock.Frequency), ChunkPlan.None, clock, clock.Now(), burst, null), clock);
        Use(new RateEngine<GcraReservoir<ModelAtomics>, ModelAtomics>(this, Tokens));
    }

    public ShardedReservoir<GcraReservoir<ModelAtomics>, ModelAtomics> Tokens { get; }

    public override bool TryAcquire() => Tokens.TryTake(0);
}
