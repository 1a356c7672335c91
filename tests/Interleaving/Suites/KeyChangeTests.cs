using RateSync.Fast.Algorithms;
using RateSync.Fast.Tests.Interleaving.Explorer;
using Xunit.Sdk;

namespace RateSync.Fast.Tests.Interleaving.Suites;

/// <summary>
/// Keys whose limit is changed under those who use them, in every order within a bound: what a key has spent stays spent, what it has left
/// stays.
/// </summary>
[Collection(EraState.Collection)]
public sealed class KeyChangeTests
{
    [Fact]
    public void A_known_key_and_a_change() => KnownKey().ShouldHold();

    [Theory]
    [InlineData(nameof(Defect.ChangedWithoutGrace))]
    [InlineData(nameof(Defect.SegmentsReusedWithoutFence))]
    [InlineData(nameof(Defect.PlanReadOutsideEra))]
    [InlineData(nameof(Defect.OpenedBeforeCarry))]
    public void Mistakes_of_a_change_are_caught(string mistake) => KnownKey(Enum.Parse<Defect>(mistake)).ShouldFail<XunitException>();

    [Fact]
    public void A_known_key_while_two_changes_follow_each_other() => Run("keys: 1+1 / change+change", () =>
    {
        KeyChangeScenario keys = new(burst: 3);
        keys.Take(1);
        return new Execution([() => { keys.Take(1); keys.Take(1); }, () => { keys.Change(2); keys.Change(4); }], () =>
        {
            Assert.Equal(3, keys.Granted(1));
            keys.Check(1);
        });
    }).ShouldHold();

    [Fact]
    public void Two_who_use_the_same_key_and_a_change() => Run("keys: 1 / 1 / change", () =>
    {
        KeyChangeScenario keys = new(burst: 3);
        keys.Take(1);
        return new Execution([() => keys.Take(1), () => keys.Take(1), () => keys.Change(2)], () =>
        {
            Assert.Equal(3, keys.Granted(1));
            keys.Check(1);
        });
    }).ShouldHold();

    [Fact]
    public void A_newcomer_and_a_change() => Run("keys: newcomer / change", () =>
    {
        KeyChangeScenario keys = new(burst: 2);
        keys.Take(1);
        return new Execution([() => keys.Take(2), () => keys.Change(2)], () =>
        {
            Assert.Equal(1, keys.Granted(2));
            keys.Check(1, 2);
        });
    }).ShouldHold();

    [Fact]
    public void A_permit_of_a_key_comes_back_while_the_limit_is_changed() => Run("keys: refund / change", () =>
    {
        KeyChangeScenario keys = new(burst: 2);
        keys.Take(1);
        keys.Take(1);
        return new Execution([() => keys.Refund(1), () => keys.Change(2)], () => keys.Check(1));
    }).ShouldHold();

    /// <summary>A key that is at its last permit.</summary>
    private static Report KnownKey(Defect defect = Defect.None) => Run(
        "keys: 1+1 / change",
        () =>
        {
            KeyChangeScenario keys = new(burst: 2);
            keys.Take(1);
            return new Execution([() => { keys.Take(1); keys.Take(1); }, () => keys.Change(2)], () =>
            {
                Assert.Equal(2, keys.Granted(1));
                keys.Check(1);
            });
        },
        defect);

    private static Report Run(string name, Func<Execution> scenario, Defect defect = Defect.None) =>
        Explore.Run(name, scenario, new ExploreOptions
        {
            Defect = defect,

            // That without a fence shows with store buffers only.
            Memory = defect == Defect.SegmentsReusedWithoutFence ? MemoryModel.Tso : MemoryModel.SequentialConsistency,
            PreemptionBound = 2,
            Prepare = EraState.Prepare,
        });
}
