using RateSync.Fast.Algorithms;
using RateSync.Fast.Tests.Interleaving.Explorer;

namespace RateSync.Fast.Tests.Interleaving.Suites;

/// <summary>The token bucket while the clock moves: every span of time keeps to burst and rate, whatever times callers have read.</summary>
public sealed class RateTests
{
    [Fact]
    public void A_caller_with_an_old_time_gets_no_more() => OldTime().ShouldHold();

    [Fact]
    public void An_old_time_that_moves_the_state_back_is_caught() => OldTime(Defect.StaleTimeRewinds).ShouldFail();

    [Fact]
    public void Tokens_that_lay_in_a_lane_for_long_are_not_had_twice() => ChunkOut().ShouldHold();

    [Fact]
    public void A_reserve_that_is_lowered_before_the_clamp_is_caught() => ChunkOut(Defect.ReserveLoweredBeforeClamp).ShouldFail();

    [Fact]
    public void A_shard_that_is_refilled_while_time_passes() => Explore.Run("rate: shard", () =>
    {
        RateScenario scenario = new(burst: 2, new ChunkPlan(1, 1, 0), lanes: 0, 0);
        return new Execution(
            [
                () =>
                {
                    scenario.Take(1);
                    scenario.Time.Advance(RateScenario.Interval);
                    scenario.Take(1);
                },
                () => scenario.Take(2),
            ],
            scenario.Check);
    }).ShouldHold();

    [Fact]
    public void After_idling_for_years_the_bucket_is_full_once() => Explore.Run("rate: idle", () =>
    {
        RateScenario scenario = new(burst: 2, ChunkPlan.None, lanes: 0, 0, 0);

        // Beyond an eighth of the circle of times that the word can tell apart.
        scenario.Time.Advance(1L << 58);
        return new Execution(
            [
                () =>
                {
                    scenario.Take(0);
                    scenario.Take(0);
                },
                () => scenario.Take(1),
            ],
            scenario.Check);
    }).ShouldHold();

    [Fact]
    public void While_it_idles_for_years_a_caller_with_an_old_time_gets_no_more() => Explore.Run("rate: idle, old time", () =>
    {
        RateScenario scenario = new(burst: 2, ChunkPlan.None, lanes: 0, 0, 0);
        return new Execution(
            [
                () =>
                {
                    scenario.Time.Advance(1L << 58);
                    scenario.Take(0);
                    scenario.Take(0);
                },
                () => scenario.Take(1),
            ],
            scenario.Check);
    }).ShouldHold();

    private static Report OldTime(Defect defect = Defect.None) => Explore.Run("rate: old time", () =>
    {
        // A thief who has read the time and not got to the reservoir yet, while the bucket fills and is emptied again.
        RateScenario scenario = new(burst: 3, new ChunkPlan(2, 1, 0), lanes: 1, 0);
        return new Execution(
            [
                () => scenario.Take(2),
                () =>
                {
                    scenario.Time.Advance(3 * RateScenario.Interval);
                    scenario.Take(1);
                },
            ],
            scenario.Check);
    }, new ExploreOptions { Defect = defect });

    private static Report ChunkOut(Defect defect = Defect.None) => Explore.Run("rate: chunk out", () =>
    {
        RateScenario scenario = new(burst: 3, new ChunkPlan(2, 1, 0), lanes: 1, 0);
        return new Execution(
            [
                () =>
                {
                    scenario.Time.Advance(3 * RateScenario.Interval);
                    scenario.Take(0);
                },
                () =>
                {
                    scenario.Take(1);
                    scenario.Take(1);
                },
            ],
            scenario.Check);
    }, new ExploreOptions { Defect = defect });
}
