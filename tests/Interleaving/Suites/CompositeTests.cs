using RateSync.Fast.Algorithms;
using RateSync.Fast.Tests.Interleaving.Explorer;

namespace RateSync.Fast.Tests.Interleaving.Suites;

/// <summary>
/// A rate and a concurrency limit as one, in every order: all or nothing, and what is given back is exactly what was taken.
/// </summary>
[Collection(EraState.Collection)]
public sealed class CompositeTests
{
    [Fact]
    public void One_of_two_who_want_the_last_slot_gets_it_and_no_token_is_lost() => LastSlot().ShouldHold();

    [Fact]
    public void Parts_that_keep_what_they_gave_are_caught() => LastSlot(Defect.CompositeKeepsWhatItTook).ShouldFail();

    [Fact]
    public void One_of_two_who_want_the_last_token_gets_it_and_no_slot_is_lost() => Run("last token: 1+1", () =>
    {
        CompositeScenario both = new(burst: 1, slots: 2);
        return new Execution([() => both.Take(), () => both.Take()], () =>
        {
            Assert.Equal(1, both.Granted);
            both.Check();
        });
    }).ShouldHold();

    [Fact]
    public void Permits_give_their_slot_back_while_others_take() => Run("permit, dispose / 1+1", () =>
    {
        CompositeScenario both = new(burst: 3, slots: 1);
        return new Execution([both.TakeAndDispose, () => { both.Take(); both.Take(); }], () =>
        {
            Assert.InRange(both.Granted, 1, 3);
            both.Check();
        });
    }).ShouldHold();

    [Fact]
    public void Somebody_who_takes_past_the_composite_disturbs_nothing() => Run("1 / past it / 1", () =>
    {
        CompositeScenario both = new(burst: 2, slots: 2);
        return new Execution([() => both.Take(), both.TakeToken, () => both.Take()], () =>
        {
            Assert.InRange(both.Granted, 1, 2);
            both.Check();
        });
    }, bound: 2).ShouldHold();

    [Fact]
    public void Several_permits_are_taken_from_both_or_from_none() => Run("2 / 1", () =>
    {
        CompositeScenario both = new(burst: 2, slots: 2);
        return new Execution([() => both.Take(2), () => both.Take()], both.Check);
    }).ShouldHold();

    private static Report LastSlot(Defect defect = Defect.None) => Run("last slot: 1+1", () =>
    {
        CompositeScenario both = new(burst: 2, slots: 1);
        return new Execution([() => both.Take(), () => both.Take()], () =>
        {
            Assert.Equal(1, both.Granted);
            both.Check();
        });
    }, defect);

    private static Report Run(string name, Func<Execution> scenario, Defect defect = Defect.None, int? bound = null) =>
        Explore.Run(name, scenario, new ExploreOptions { Defect = defect, PreemptionBound = bound, Prepare = EraState.Prepare });
}
