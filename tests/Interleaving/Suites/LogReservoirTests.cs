using RateSync.Fast.Algorithms;
using RateSync.Fast.State;
using RateSync.Fast.Tests.Interleaving.Explorer;
using Scenario = RateSync.Fast.Tests.Interleaving.Suites.WindowScenario<
    RateSync.Fast.State.LogReservoir<RateSync.Fast.Tests.Interleaving.Explorer.ModelAtomics>>;

namespace RateSync.Fast.Tests.Interleaving.Suites;

/// <summary>The exact sliding window's ring of grants, in every order: linearizable while the clock stands, strict and lossless while it
/// moves.</summary>
public sealed class LogReservoirTests
{
    private const long Window = 1_000_000;
    private const long Limit = 2;

    [Fact]
    public void Three_callers_are_granted_what_there_is() => ThreeCallers().ShouldHold();

    [Fact]
    public void A_plain_store_after_a_check_is_caught() => ThreeCallers(Defect.StoreAfterCheck).ShouldFail();

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void What_has_become_too_old_is_taken_off_once(bool quick) => Explore.Run($"log: expiry{(quick ? ", quick" : "")}", () =>
    {
        Scenario scenario = Make(frozen: true, static it =>
        {
            it.Take();
            it.Take();
            it.Time.Advance(Window);
        });
        return new Execution(
            [
                () => Take(scenario, quick),
                () =>
                {
                    Take(scenario, quick);
                    Take(scenario, quick);
                },
            ],
            scenario.ShouldBeInOrder);
    }).ShouldHold();

    [Fact]
    public void A_refund_comes_back_once() => Explore.Run("log: refund", () =>
    {
        Scenario.Grant? first = null;
        Scenario scenario = Make(frozen: true, it => first = it.Take());
        return new Execution(
            [
                () =>
                {
                    scenario.Refund(first);
                    scenario.Take();
                },
                () => scenario.Take(),
            ],
            scenario.ShouldBeInOrder);
    }).ShouldHold();

    [Fact]
    public void Two_refunds_and_a_caller() => Explore.Run("log: two refunds", () =>
    {
        Scenario.Grant? first = null;
        Scenario.Grant? second = null;
        Scenario scenario = Make(frozen: true, it =>
        {
            first = it.Take();
            second = it.Take();
        });
        return new Execution(
            [() => scenario.Refund(first), () => scenario.Refund(second), () => scenario.Take()],
            scenario.ShouldBeInOrder);
    }, new ExploreOptions { PreemptionBound = 2 }).ShouldHold();

    [Fact]
    public void A_full_ring_grants_no_more_than_there_is() => Explore.Run("log: full ring", () =>
    {
        Scenario scenario = Make(frozen: true, FillRing);
        return new Execution(
            [() => scenario.Take(), () => scenario.Take()],
            scenario.ShouldBeInOrder);
    }).ShouldHold();

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_full_ring_that_grows_old_loses_nothing(bool quick) => Explore.Run($"log: full ring, time{(quick ? ", quick" : "")}", () =>
    {
        Scenario scenario = Make(frozen: false, FillRing);
        return new Execution(
            [
                () => Take(scenario, quick),
                () =>
                {
                    scenario.Time.Advance(Window);
                    Take(scenario, quick);
                },
            ],
            () => Check(scenario));
    }, new ExploreOptions { PreemptionBound = 2 }).ShouldHold();

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void The_window_slides_under_callers_with_old_times(bool quick) =>
        Explore.Run($"log: time moves{(quick ? ", quick" : "")}", () =>
    {
        Scenario scenario = Make(frozen: false, static it => it.Take());
        return new Execution(
            [
                () =>
                {
                    scenario.Time.Advance(Window);
                    Take(scenario, quick);
                },
                () => Take(scenario, quick),
            ],
            () => Check(scenario));
    }).ShouldHold();

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void After_long_idling_nothing_old_counts_and_nothing_new_is_forgotten(bool quick) =>
        Explore.Run($"log: idle{(quick ? ", quick" : "")}", () =>
    {
        Scenario scenario = Make(frozen: false, static it =>
        {
            it.Take();
            it.Take();
            it.Time.Advance(3 * Window);
        });
        return new Execution(
            [
                () => Take(scenario, quick),
                () => Take(scenario, quick),
            ],
            () => Check(scenario));
    }, new ExploreOptions { PreemptionBound = 2 }).ShouldHold();

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void An_entry_is_given_back_or_grows_old_but_not_both(bool quick) =>
        Explore.Run($"log: refund against expiry{(quick ? ", quick" : "")}", () =>
    {
        Scenario.Grant? first = null;
        Scenario scenario = Make(frozen: false, it =>
        {
            first = it.Take();
            it.Time.Advance(Window - 1);
            it.Take();
        });
        return new Execution(
            [
                () =>
                {
                    scenario.Time.Advance(1);
                    Take(scenario, quick);
                },
                () => scenario.Refund(first),
            ],
            () => Check(scenario));
    }).ShouldHold();

    [Fact]
    public void A_grant_that_joined_the_newest_entry_is_refunded_from_there() => Explore.Run("log: refund out of a full ring", () =>
    {
        Scenario scenario = Make(frozen: false, FillRing);
        return new Execution(
            [
                () =>
                {
                    scenario.Time.Advance(Window / 2);
                    Scenario.Grant? joined = scenario.Take();
                    scenario.Time.Advance(Window / 2);
                    scenario.Take();
                    scenario.Refund(joined);
                    scenario.Time.Advance((Window / 2) + 1);
                    scenario.Take();
                    scenario.Take();
                },
            ],
            () => Check(scenario));
    }).ShouldHold();

    [Fact]
    public void A_refund_of_the_newest_while_the_oldest_grows_old() => Explore.Run("log: refund, expiry, caller", () =>
    {
        Scenario.Grant? second = null;
        Scenario scenario = Make(frozen: false, it =>
        {
            it.Take();
            it.Time.Advance(Window - 1);
            second = it.Take();
        });
        return new Execution(
            [
                () =>
                {
                    scenario.Time.Advance(1);
                    scenario.TakeQuickly();
                },
                () => scenario.Refund(second),
                () => scenario.TakeQuickly(),
            ],
            () => Check(scenario));
    }, new ExploreOptions { PreemptionBound = 2 }).ShouldHold();

    private static Report ThreeCallers(Defect defect = Defect.None) => Explore.Run("log: three callers", () =>
    {
        Scenario scenario = Make(frozen: true);
        return new Execution(
            [() => scenario.Take(), () => scenario.TakeQuickly(), () => scenario.TakeQuickly()],
            scenario.ShouldBeInOrder);
    }, new ExploreOptions { Defect = defect });

    private static Scenario.Grant? Take(Scenario scenario, bool quick) => quick ? scenario.TakeQuickly() : scenario.Take();

    private static Scenario Make(bool frozen, Action<Scenario>? before = null) =>
        new(static clock => new LogReservoir<ModelAtomics>(Limit, Window, clock, clock.Now()), Limit, frozen, before);

    /// <summary>One grant that counts, and behind it as many refunded ones as have room.</summary>
    private static void FillRing(Scenario scenario)
    {
        scenario.Take();
        for (int i = 0; i < 6; i++)
        {
            scenario.Refund(scenario.Take());
        }
    }

    private static void Check(Scenario scenario)
    {
        long now = scenario.Time.Now;
        IEnumerable<(long, long)> windows = Enumerable.Range(-8, 9)
            .SelectMany(back => new[] { now + (back * Window), now + (back * Window) + 1, now + (back * Window) - 1 })
            .Select(static from => (from, from + Window));
        scenario.CheckWindows(windows, (now - Window + 1, now + 1));
    }
}
