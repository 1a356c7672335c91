using RateSync.Fast.Algorithms;
using RateSync.Fast.Engine;
using RateSync.Fast.State;
using RateSync.Fast.Tests.Shared;
using RateSync.Fast.Time;

namespace RateSync.Fast.Tests.Property.Checks;

/// <summary>A token bucket put together as the library does it, over <see cref="DefectiveAtomics{TDefects}"/>.</summary>
internal sealed class FaultyBucket : Limiter
{
    private readonly ShardedReservoir<GcraReservoir<DefectiveAtomics<ChosenDefect>>, DefectiveAtomics<ChosenDefect>> _tokens;

    public FaultyBucket(double ratePerSecond, long burst, TimeProvider timeProvider, ChunkPlan? chunks = null)
        : base(null)
    {
        Clock clock = new(timeProvider);
        RateScale scale = RateScale.Create(ratePerSecond, burst, clock.Frequency);
        _tokens = new(new(scale, chunks ?? ChunkPlan.None, clock, clock.Now(), burst, null), clock);
        if (chunks is not null)
        {
            // At once instead of after some use.
            _tokens.MakeCells(1 + ChunkPlan.Lanes(Environment.ProcessorCount), ChunkPlan.Shards(Environment.ProcessorCount));
        }

        Use(new RateEngine<GcraReservoir<DefectiveAtomics<ChosenDefect>>, DefectiveAtomics<ChosenDefect>>(this, _tokens));
    }

    public override bool TryAcquire() => _tokens.TryTake(ThreadSlot.Current);
}
