using RateSync.Fast.Algorithms;
using RateSync.Fast.State;
using RateSync.Fast.Tests.Interleaving.Explorer;
using RateSync.Fast.Time;

namespace RateSync.Fast.Tests.Interleaving.Suites;

/// <summary>A token bucket with lanes and one shard, on a clock that threads move.</summary>
internal sealed class RateScenario
{
    /// <summary>Nanoseconds in which one permit comes back.</summary>
    public const long Interval = 1_000_000;

    private const uint Slots = 3;

    private readonly long _burst;
    private readonly List<(long From, long To)>[] _grants = [[], [], [], []];

    /// <summary>Makes the limiter.</summary>
    /// <param name="burst">Burst.</param>
    /// <param name="plan">What cells may hold.</param>
    /// <param name="lanes">Slots from 0 that have a lane.</param>
    /// <param name="primed">Slots that take one permit before the threads begin, and get a chunk if there is one.</param>
    public RateScenario(long burst, ChunkPlan plan, int lanes, params uint[] primed)
    {
        _burst = burst;
        Time = new ModelClock();
        Clock clock = new(Time);
        GcraReservoir<ModelAtomics> reservoir = new(
            RateScale.Create(1e9 / Interval, burst, clock.Frequency), plan, clock, clock.Now(), burst, null);
        Limiter = new ShardedReservoir<GcraReservoir<ModelAtomics>, ModelAtomics>(reservoir, clock);
        Limiter.MakeCells(lanes, shards: 1);

        // Whether there are plenty of tokens is judged by the time of the last grant.
        Limiter.Reservoir.LastGrant = clock.Now();
        foreach (uint slot in primed)
        {
            Take(slot);
        }
    }

    public ModelClock Time { get; }

    public ShardedReservoir<GcraReservoir<ModelAtomics>, ModelAtomics> Limiter { get; }

    public void Take(uint slot)
    {
        long from = Time.Now;
        if (Limiter.TryTake(slot))
        {
            _grants[VirtualThread.Current?.Index ?? _grants.Length - 1].Add((from, Time.Now));
        }
    }

    /// <summary>
    /// When all is quiet: no span of time certainly had more grants than the burst and what comes back in it; and once enough time has
    /// passed the whole burst is to be had, no more and no less.
    /// </summary>
    public void Check()
    {
        List<(long From, long To)> all = [.. _grants.SelectMany(static list => list)];
        Drain(all);
        Time.Advance(Interval);
        Drain(all);
        foreach ((long from, _) in all)
        {
            foreach ((_, long to) in all)
            {
                long inside = all.Count(grant => grant.From >= from && grant.To <= to);
                Assert.True(
                    inside <= _burst + Math.Max(0, (to - from) / Interval),
                    $"{inside} grants from {from} to {to}, with a burst of {_burst}: {string.Join(" ", all)}");
            }
        }

        Time.Advance((_burst + 1) * Interval);
        int before = all.Count;
        Drain(all);
        Assert.Equal(_burst, all.Count - before);
    }

    private void Drain(List<(long From, long To)> all)
    {
        for (uint slot = 0; slot < Slots; slot++)
        {
            while (Limiter.TryTake(slot))
            {
                all.Add((Time.Now, Time.Now));
            }
        }
    }
}
