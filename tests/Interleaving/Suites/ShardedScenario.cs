using RateSync.Fast.Algorithms;
using RateSync.Fast.State;
using RateSync.Fast.Tests.Interleaving.Explorer;
using RateSync.Fast.Tests.Interleaving.Linearizability;
using RateSync.Fast.Time;

namespace RateSync.Fast.Tests.Interleaving.Suites;

/// <summary>A token bucket with lanes and shards at a clock that stands still: what is granted is granted for good.</summary>
internal sealed class ShardedScenario
{
    private const uint Slots = 3;

    private readonly long _grantedBefore;

    /// <summary>Makes the limiter.</summary>
    /// <param name="burst">Permits in all.</param>
    /// <param name="chunk">Permits that a cell gets at a time.</param>
    /// <param name="armed">Cells that may hold a chunk at a time.</param>
    /// <param name="lanes">Slots from 0 that have a lane; later ones share the one shard.</param>
    /// <param name="primed">Slots that take one permit before the threads begin, and get a chunk.</param>
    /// <param name="ordered">See <see cref="Linearizability.History"/>.</param>
    public ShardedScenario(long burst, long chunk, int armed, int lanes, uint[] primed, bool ordered = true)
    {
        Burst = burst;
        Clock clock = new(new ModelClock(frozen: true));
        GcraReservoir<ModelAtomics> reservoir = new(
            RateScale.Create(1, burst, clock.Frequency), new ChunkPlan(chunk, armed, LowWater: 0), clock, clock.Now(), burst, null);
        Limiter = new ShardedReservoir<GcraReservoir<ModelAtomics>, ModelAtomics>(reservoir, clock);
        Limiter.MakeCells(lanes, shards: 1);

        // Whether there are plenty of tokens is judged by the time of the last grant.
        Limiter.Reservoir.LastGrant = clock.Now();
        foreach (uint slot in primed)
        {
            Assert.True(Limiter.TryTake(slot));
            _grantedBefore++;
        }

        Assert.Equal(primed.Length, Limiter.Reservoir.Look(clock.Now()).Armed);

        History = new History(burst - _grantedBefore, refusalsMayOverlap: true, ordered);
    }

    public long Burst { get; }

    public ShardedReservoir<GcraReservoir<ModelAtomics>, ModelAtomics> Limiter { get; }

    public History History { get; }

    public bool Take(uint slot) => History.Take(1, () => Limiter.TryTake(slot));

    public bool Take(uint slot, long permits) => History.Take(permits, () => Limiter.TryTake(slot, permits));

    public void Refund(long permits) => History.Refund(permits, () => Limiter.Refund(permits, 0));

    /// <summary>
    /// When all is quiet: the answers were in order, and what is still to be had is the burst less what was granted, no more and no less.
    /// </summary>
    /// <param name="debt">Permits that were taken whether they were there or not.</param>
    public void Check(long debt = 0)
    {
        long granted = _grantedBefore + History.Granted;
        long held = granted - History.Refunded + debt;
        long drained = 0;
        for (uint slot = 0; slot < Slots; slot++)
        {
            while (Limiter.TryTake(slot))
            {
                drained++;
            }
        }

        Assert.Equal(Math.Max(held, Burst), held + drained);
        Assert.InRange(held, 0, Burst + debt);
        Assert.Equal(granted + drained, Limiter.Count().Permits);
        if (debt == 0)
        {
            History.ShouldBeInOrder();
        }
    }
}
