using RateSync.Fast.Algorithms;
using RateSync.Fast.Engine;
using RateSync.Fast.State;
using RateSync.Fast.Time;

namespace RateSync.Fast.Tests.Property.Waiting;

/// <summary>A token bucket put together as the library does it, over any atomics.</summary>
internal sealed class BucketLimiter<TAtomics> : Limiter
    where TAtomics : struct, IAtomics
{
    private readonly ShardedReservoir<GcraReservoir<TAtomics>, TAtomics> _tokens;

    public BucketLimiter(double ratePerSecond, long burst, int queueLimit, TimeProvider timeProvider)
        : base(null)
    {
        Clock clock = new(timeProvider);
        RateScale scale = RateScale.Create(ratePerSecond, burst, clock.Frequency);
        _tokens = new(new(scale, ChunkPlan.None, clock, clock.Now(), burst, null), clock, queueLimit);
        Use(new RateEngine<GcraReservoir<TAtomics>, TAtomics>(this, _tokens));
    }

    public override bool TryAcquire() => _tokens.TryTake(ThreadSlot.Current);
}
