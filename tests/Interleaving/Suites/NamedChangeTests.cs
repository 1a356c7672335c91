using RateSync.Fast.Algorithms;
using RateSync.Fast.Tests.Interleaving.Explorer;
using Xunit.Sdk;

namespace RateSync.Fast.Tests.Interleaving.Suites;

/// <summary>
/// A named limiter that is changed under those who use it, in every order: what was granted stays spent, what was free stays free, and
/// nobody is refused while something is left.
/// </summary>
[Collection(EraState.Collection)]
public sealed class NamedChangeTests
{
    [Fact]
    public void A_caller_and_a_change() => Callers(1).ShouldHold();

    [Fact]
    public void Two_callers_and_a_change() => Callers(2).ShouldHold();

    [Theory]
    [InlineData(nameof(Defect.ChangedWithoutGrace))]
    [InlineData(nameof(Defect.SegmentsReusedWithoutFence))]
    [InlineData(nameof(Defect.PlanReadOutsideEra))]
    [InlineData(nameof(Defect.OpenedBeforeCarry))]
    [InlineData(nameof(Defect.PartUsedAfterLeave))]
    public void Mistakes_of_a_change_are_caught(string mistake) => Callers(1, Enum.Parse<Defect>(mistake)).ShouldFail<XunitException>();

    [Fact]
    public void A_plain_caller_and_a_change() => PlainCallers(1).ShouldHold();

    [Fact]
    public void Two_plain_callers_and_a_change() => PlainCallers(2).ShouldHold();

    [Theory]
    [InlineData(nameof(Defect.ChangedWithoutFreeze))]
    [InlineData(nameof(Defect.RefusedByFrozenPart))]
    public void Mistakes_about_plain_calls_are_caught(string mistake) => PlainCallers(1, Enum.Parse<Defect>(mistake)).ShouldFail<XunitException>();

    private static Report Callers(int callers, Defect defect = Defect.None) =>
        Changed($"named: {callers} x 1 / change", callers, static named => named.Take(), defect);

    private static Report PlainCallers(int callers, Defect defect = Defect.None) =>
        Changed($"named: {callers} x plain 1 / change", callers, static named => named.TakePlainly(), defect);

    /// <summary>As many take one permit each of three while the limiter is changed.</summary>
    private static Report Changed(string name, int callers, Action<NamedScenario> take, Defect defect) => Run(
        name,
        () =>
        {
            NamedScenario named = new(NamedScenario.Rate(burst: 3));
            Action change = named.ChangeTo(NamedScenario.Rate(burst: 3, rate: 2));
            return new Execution([.. Enumerable.Repeat(() => take(named), callers), change], () =>
            {
                Assert.Equal(callers, named.Granted);
                named.ShouldAddUpTo(3);
            });
        },
        defect,
        small: callers == 1);

    [Fact]
    public void A_caller_while_two_changes_follow_each_other() => Run(
        "named: 1+plain 1 / change+change",
        () =>
        {
            NamedScenario named = new(NamedScenario.Rate(burst: 3));
            Action changes = named.ChangeTo(NamedScenario.Rate(burst: 3, rate: 2), NamedScenario.Rate(burst: 3, rate: 4));
            return new Execution([() => { named.Take(); named.TakePlainly(); }, changes], () =>
            {
                Assert.Equal(2, named.Granted);
                named.ShouldAddUpTo(3);
            });
        },
        small: false).ShouldHold();

    [Fact]
    public void A_permit_comes_back_while_the_limiter_is_changed() => Run("named: undo / change", () =>
    {
        NamedScenario named = new(NamedScenario.Rate(burst: 2));
        Permit permit = named.TakePermit();
        Action change = named.ChangeTo(NamedScenario.Rate(burst: 2, rate: 2));
        return new Execution([() => named.GiveBack(permit), change], () => named.ShouldAddUpTo(2));
    }).ShouldHold();

    [Fact]
    public void The_last_permit_goes_to_one_of_two_whoever_changes_the_limiter() => Run(
        "named: last permit",
        () =>
        {
            NamedScenario named = new(NamedScenario.Rate(burst: 1));
            Action change = named.ChangeTo(NamedScenario.Rate(burst: 1, rate: 2));
            return new Execution([() => named.Take(), () => named.TakePlainly(), change], () =>
            {
                Assert.Equal(1, named.Granted);
                named.ShouldAddUpTo(1);
            });
        },
        small: false).ShouldHold();

    [Fact]
    public void Whoever_waits_is_served_when_the_limit_is_raised() => Run("named: wait / change", () =>
    {
        NamedScenario named = new(NamedScenario.Rate(burst: 1));
        named.Take();
        Action change = named.ChangeTo(NamedScenario.Rate(burst: 2));
        return new Execution([named.Wait, change], () =>
        {
            named.ShouldHaveServed(1);
            named.ShouldAddUpTo(2);
        });
    }).ShouldHold();

    [Fact]
    public void Whoever_waits_is_served_when_a_permit_comes_back_meanwhile() => Run(
        "named: wait / undo / change",
        () =>
        {
            NamedScenario named = new(NamedScenario.Rate(burst: 1));
            Permit permit = named.TakePermit();
            Action change = named.ChangeTo(NamedScenario.Rate(burst: 1, rate: 2));
            return new Execution([named.Wait, () => named.GiveBack(permit), change], () =>
            {
                named.ShouldHaveServed(1);
                named.ShouldAddUpTo(1);
            });
        },
        small: false).ShouldHold();

    /// <remarks>
    /// Small ones: every schedule. Others: with few preemptions and without store buffers, which the small ones are explored with.
    /// </remarks>
    private static Report Run(string name, Func<Execution> scenario, Defect defect = Defect.None, bool small = true) =>
        Explore.Run(name, scenario, new ExploreOptions
        {
            Defect = defect,
            Memory = small ? MemoryModel.Tso : MemoryModel.SequentialConsistency,
            PreemptionBound = small ? null : 2,
            Prepare = EraState.Prepare,
        });
}
