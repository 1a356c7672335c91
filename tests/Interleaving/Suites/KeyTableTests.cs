using RateSync.Fast.Algorithms;
using RateSync.Fast.Tests.Interleaving.Explorer;

namespace RateSync.Fast.Tests.Interleaving.Suites;

/// <summary>
/// A table of keys in every order within a bound: no key has two places, and none has more than its limit or loses part of it.
/// </summary>
public sealed class KeyTableTests
{
    [Fact]
    public void A_key_that_two_bring_at_once_has_one_place() => SameKeyTwice().ShouldHold();

    [Fact]
    public void Settling_in_without_a_look_at_the_other_slots_is_caught() => SameKeyTwice(Defect.SettlesWithoutLook).ShouldFail();

    [Fact]
    public void A_known_key_is_granted_while_others_settle_in() => Run("grant, newcomer", () =>
    {
        KeyScenario keys = new(burst: 2, buckets: 2, maxBuckets: 2, maxKeys: 4);
        keys.Take(1);
        return new Execution([() => keys.Take(1), () => keys.Take(2)], () =>
        {
            Assert.Equal(2, keys.Granted(1));
            keys.Check(shared: false, 1, 2);
        });
    }).ShouldHold();

    [Fact]
    public void An_unused_key_comes_back_while_its_place_is_taken_over() => Run("take-over, old key", () =>
    {
        KeyScenario keys = new(burst: 1, buckets: 1, maxBuckets: 1, maxKeys: 2);
        keys.Take(1);
        keys.Take(2);
        keys.Forget();
        return new Execution([() => keys.Take(1), () => keys.Take(3)], () => keys.Check(shared: true, 1, 3));
    }).ShouldHold();

    [Fact]
    public void A_key_is_granted_while_the_table_grows() => Run("growth, grant", () =>
    {
        KeyScenario keys = new(burst: 2, buckets: 1, maxBuckets: 4, maxKeys: 8);
        keys.Take(1);
        keys.Take(2);
        return new Execution([() => keys.Take(1), () => keys.Take(3)], () =>
        {
            Assert.Equal(2, keys.Granted(1));
            keys.Check(shared: false, 1, 2, 3);
        });
    }).ShouldHold();

    [Fact]
    public void Keys_without_a_place_share_their_limit() => Run("overflow", () =>
    {
        KeyScenario keys = new(burst: 2, buckets: 1, maxBuckets: 1, maxKeys: 2, overflowCells: 1);
        keys.Take(1);
        keys.Take(2);
        return new Execution([() => keys.Take(3), () => keys.Take(4)], () => keys.Check(shared: true, 3, 4));
    }).ShouldHold();

    private static Report SameKeyTwice(Defect defect = Defect.None) => Run("same key twice", () =>
    {
        KeyScenario keys = new(burst: 2, buckets: 2, maxBuckets: 2, maxKeys: 4);
        return new Execution([() => keys.Take(1), () => keys.Take(1)], () =>
        {
            Assert.Equal(2, keys.Granted(1));
            Assert.Equal(1, keys.Table.Count);
            keys.Check(shared: false, 1);
        });
    }, defect);

    private static Report Run(string name, Func<Execution> scenario, Defect defect = Defect.None) =>
        Explore.Run(name, scenario, new ExploreOptions { Defect = defect, PreemptionBound = 2 });
}
