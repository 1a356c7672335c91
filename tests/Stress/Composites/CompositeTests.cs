using RateSync.Fast.Algorithms;
using RateSync.Fast.Engine;
using RateSync.Fast.State;
using RateSync.Fast.Tests.Shared;
using RateSync.Fast.Tests.Stress.Checking;
using RateSync.Fast.Tests.Stress.Controls;
using RateSync.Fast.Tests.Stress.Waiters;
using RateSync.Fast.Time;

namespace RateSync.Fast.Tests.Stress.Composites;

/// <summary>All or nothing: whatever a part gave to a call that another part refused is back, under contention and cancellation.</summary>
public sealed class CompositeTests
{
    [Theory]
    [InlineData(2)]
    [InlineData(4)]
    [InlineData(16)]
    public void What_is_left_of_each_part_is_what_was_not_granted(int threads) => Verify.Of(() =>
    {
        for (int round = 0; round < 12; round++)
        {
            using FrozenComposite parts = new();
            using CompositeLimiter composite = new(parts.All);
            Judgement judgement = parts.Run(composite.Engine, threads, round);
            if (!judgement.IsPass)
            {
                return judgement;
            }
        }

        return Judgement.Pass("nothing made, nothing lost");
    });

    [Fact]
    public void Parts_that_keep_what_they_gave_are_found() => Verify.IsFound(() =>
    {
        using FrozenComposite parts = new();
        using CompositeLimiter owner = new(parts.All);
        CompositeEngine<DefectiveAtomics<CompositeKeeps>> engine = new(owner, parts.All, new CompositeLimiterOptions(), new Clock(new ManualClock()));
        return parts.Run(engine, threads: 4, seed: 1);
    });

    [Theory]
    [InlineData(2)]
    [InlineData(16)]
    public void A_storm_of_waiters_keeps_all_bounds_and_leaves_nothing_behind(int threads) => Verify.Of(() =>
    {
        RateLaw law = RateLaw.PerSecond(10_000, 200);
        using TokenBucket bucket = new(law.PerSecondAsDouble, law.Burst);
        using TicketSemaphore slots = new(4);
        using CompositeLimiter composite = new(bucket, slots);
        StormResult result = Storm.Run(composite, threads, 6_000 / threads);
        BoundReport bound = RateBound.Check(result.Grants, law);
        string text = $"{result}; {slots.Available} slots free; {slots.GetState().Waiting + bucket.GetState().Waiting} waiting; {bound}";
        return !bound.Holds || result.Ended != result.Called || slots.Available != 4 || slots.GetState().Waiting + bucket.GetState().Waiting != 0
            ? Judgement.Violation(text)
            : result.Cancelled == 0 ? Judgement.Inconclusive(text) : Judgement.Pass(text);
    });
}
