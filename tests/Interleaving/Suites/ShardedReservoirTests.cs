using RateSync.Fast.Algorithms;
using RateSync.Fast.Tests.Interleaving.Explorer;

namespace RateSync.Fast.Tests.Interleaving.Suites;

/// <summary>
/// Lanes, shards and the reservoir of the real limiter, in every order: never more than the burst, refused only when nothing is left or
/// another call holds it, and nothing lost.
/// </summary>
public sealed class ShardedReservoirTests
{
    [Fact]
    public void An_owner_and_a_thief_never_have_the_same_token() => OwnerAgainstThief().ShouldHold();

    [Fact]
    public void Emptying_a_lane_without_a_fence_on_all_threads_is_caught() =>
        OwnerAgainstThief(Defect.LanesEmptiedWithoutFence).ShouldFail();

    [Fact]
    public void Forgetting_the_rest_of_a_lane_is_caught() => OwnerAgainstThief(Defect.RestOfLaneForgotten).ShouldFail();

    [Fact]
    public void Two_thieves_and_an_owner_never_have_the_same_token() => Explore.Run("owner, two thieves", () =>
    {
        ShardedScenario scenario = new(burst: 2, chunk: 1, armed: 1, lanes: 1, primed: [0], ordered: false);
        return new Execution(
            [() => scenario.Take(0), () => scenario.Take(1), () => scenario.Take(2)],
            () => scenario.Check());
    }, new ExploreOptions { PreemptionBound = 1 }).ShouldHold();

    [Fact]
    public void An_owner_and_a_thief_and_a_debtor_never_have_the_same_token() => Explore.Run("owner, thief, debtor", () =>
    {
        ShardedScenario scenario = new(burst: 2, chunk: 1, armed: 1, lanes: 1, primed: [0], ordered: false);
        return new Execution(
            [() => scenario.Take(0), () => scenario.Limiter.TakeIntoDebt(1), () => scenario.Limiter.TakeIntoDebt(1)],
            () => scenario.Check(debt: 2));
    }).ShouldHold();

    [Fact]
    public void Two_owners_steal_from_each_other() => Explore.Run("two owners", () =>
    {
        ShardedScenario scenario = new(burst: 4, chunk: 1, armed: 2, lanes: 2, primed: [0, 1]);
        return new Execution(
            [
                () =>
                {
                    scenario.Take(0);
                    scenario.Take(0);
                },
                () => scenario.Take(1),
            ],
            () => scenario.Check());
    }).ShouldHold();

    [Fact]
    public void An_owner_who_takes_several_and_a_thief() => Explore.Run("several at once", () =>
    {
        ShardedScenario scenario = new(burst: 4, chunk: 3, armed: 1, lanes: 2, primed: [0]);
        return new Execution(
            [
                () =>
                {
                    scenario.Take(0, 2);
                    scenario.Take(0);
                },
                () => scenario.Take(1, 2),
            ],
            () => scenario.Check());
    }).ShouldHold();

    [Fact]
    public void A_shard_is_emptied_once() => Explore.Run("shard", () =>
    {
        ShardedScenario scenario = new(burst: 3, chunk: 2, armed: 1, lanes: 1, primed: [1]);
        return new Execution(
            [
                () =>
                {
                    scenario.Take(1);
                    scenario.Take(1);
                },
                () => scenario.Take(0),
            ],
            () => scenario.Check());
    }).ShouldHold();

    [Fact]
    public void A_lane_and_a_shard_and_their_thieves() => Explore.Run("lane and shard", () =>
    {
        ShardedScenario scenario = new(burst: 4, chunk: 1, armed: 2, lanes: 1, primed: [0, 1]);
        return new Execution(
            [() => scenario.Take(0), () => scenario.Take(1), () => scenario.Take(2)],
            () => scenario.Check());
    }).ShouldHold();

    [Fact]
    public void A_refund_is_neither_lost_nor_doubled() => Explore.Run("refund", () =>
    {
        ShardedScenario scenario = new(burst: 2, chunk: 1, armed: 1, lanes: 2, primed: [0]);
        return new Execution(
            [
                () =>
                {
                    scenario.Take(0);
                    scenario.Refund(1);
                },
                () =>
                {
                    scenario.Take(1);
                    scenario.Take(1);
                },
            ],
            () => scenario.Check());
    }).ShouldHold();

    [Fact]
    public void A_debt_brings_home_what_is_out_first() => Explore.Run("debt", () =>
    {
        ShardedScenario scenario = new(burst: 3, chunk: 2, armed: 1, lanes: 2, primed: [0]);
        return new Execution(
            [
                () =>
                {
                    scenario.Take(0);
                    scenario.Take(0);
                },
                () => scenario.Limiter.TakeIntoDebt(1),
            ],
            () => scenario.Check(debt: 1));
    }).ShouldHold();

    [Fact]
    public void Once_disposed_nothing_is_granted() => Explore.Run("dispose", () =>
    {
        ShardedScenario scenario = new(burst: 5, chunk: 1, armed: 1, lanes: 1, primed: [0], ordered: false);
        return new Execution(
            [
                () =>
                {
                    try
                    {
                        scenario.Limiter.TryTake(0);
                        scenario.Limiter.TryTake(0);
                    }
                    catch (ObjectDisposedException)
                    {
                        // As it should.
                    }
                },
                scenario.Limiter.Dispose,
            ],
            () => Assert.Throws<ObjectDisposedException>(() => scenario.Limiter.TryTake(0)));
    }).ShouldHold();

    private static Report OwnerAgainstThief(Defect defect = Defect.None) => Explore.Run("owner, thief", () =>
    {
        ShardedScenario scenario = new(burst: 3, chunk: 2, armed: 1, lanes: 2, primed: [0]);
        return new Execution(
            [
                () =>
                {
                    scenario.Take(0);
                    scenario.Take(0);
                },
                () => scenario.Take(1),
            ],
            () => scenario.Check());
    }, new ExploreOptions { Defect = defect });
}
