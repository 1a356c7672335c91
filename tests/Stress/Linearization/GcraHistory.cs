using System.Diagnostics;
using RateSync.Fast.Algorithms;
using RateSync.Fast.State;
using RateSync.Fast.Tests.Stress.Checking;
using RateSync.Fast.Tests.Stress.Running;
using RateSync.Fast.Time;

namespace RateSync.Fast.Tests.Stress.Linearization;

/// <summary>Runs threads against a bucket on one word and has each answer explained.</summary>
internal static class GcraHistory
{
    /// <summary>Refusals outnumber grants by far; one in so many is looked at.</summary>
    private const int KeptRefusals = 20_000;

    public static Judgement Run<TAtomics>(int threads, double ratePerSecond, long burst, TimeSpan length)
        where TAtomics : struct, IAtomics
    {
        Clock clock = new(null);
        RateScale scale = RateScale.Create(ratePerSecond, burst, clock.Frequency);

        // Whole ticks, so that the word moves by exactly what a grant costs.
        Assert.Equal(0, scale.Shift);
        long made = clock.Now();
        ShardedReservoir<GcraReservoir<TAtomics>, TAtomics> tokens =
            new(new(scale, ChunkPlan.None, clock, made, burst, null), clock);
        List<GcraGrant> grants = [];
        List<GcraRefusal> refusals = [];
        long end = made + (long)(length.TotalSeconds * Stopwatch.Frequency);
        Team.Run(threads, number =>
        {
            Random random = new(number);
            List<GcraGrant> granted = [];
            List<GcraRefusal> refused = [];
            uint slot = ThreadSlot.Current;
            long start;
            while ((start = Stopwatch.GetTimestamp()) < end)
            {
                int permits = random.Next(1, 4);
                Verdict verdict = new() { Explain = true };
                bool ok = tokens.TryTake(slot, permits, ref verdict);
                long now = scale.ToUnits(verdict.Now);
                long word = now + verdict.Outcome.Level;
                if (ok)
                {
                    granted.Add(new GcraGrant(start, Stopwatch.GetTimestamp(), now, word - (permits * scale.Cost), word));
                }
                else if (refused.Count < KeptRefusals)
                {
                    refused.Add(new GcraRefusal(start, Stopwatch.GetTimestamp(), now, word, permits * scale.Cost));
                }

                if (random.Next(50_000) == 0)
                {
                    Thread.Sleep(random.Next(5));
                }
            }

            lock (grants)
            {
                grants.AddRange(granted);
                refusals.AddRange(refused);
            }
        });
        return GcraReplay.Check([.. grants], [.. refusals], scale.ToUnits(made), scale.Capacity);
    }
}
