using RateSync.Fast.Algorithms;
using RateSync.Fast.State;
using RateSync.Fast.Tests.Interleaving.Explorer;
using Scenario = RateSync.Fast.Tests.Interleaving.Suites.WindowScenario<
    RateSync.Fast.State.WindowReservoir<RateSync.Fast.Tests.Interleaving.Explorer.ModelAtomics>>;

namespace RateSync.Fast.Tests.Interleaving.Suites;

/// <summary>Fixed and segmented windows, in every order: linearizable while the clock stands, strict and lossless while it moves.</summary>
public sealed class WindowReservoirTests
{
    private const long Ticks = 1_000_000;
    private const long Limit = 2;

    [Theory]
    [InlineData(0)]
    [InlineData(2)]
    public void Three_callers_are_granted_what_there_is(int older) => ThreeCallers(older).ShouldHold();

    [Theory]
    [InlineData(0)]
    [InlineData(2)]
    public void An_unconditional_addition_after_a_check_is_caught(int older) => ThreeCallers(older, Defect.AddAfterCheck).ShouldFail();

    [Theory]
    [InlineData(0)]
    [InlineData(2)]
    public void A_refund_comes_back_once(int older) => Explore.Run($"window {older}: refund", () =>
    {
        Scenario.Grant? first = null;
        Scenario scenario = Make(older, frozen: true, it =>
        {
            first = it.Take();
            it.Time.Advance(older * Ticks);
        });
        return new Execution(
            [
                () =>
                {
                    scenario.Refund(first);
                    scenario.Take();
                },
                () =>
                {
                    scenario.Take();
                    scenario.Take();
                },
            ],
            scenario.ShouldBeInOrder);
    }).ShouldHold();

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    public void The_window_moves_on_under_callers_with_old_times(int older) => TimeMoves(older).ShouldHold();

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    public void Rolling_over_in_two_steps_is_caught(int older) => TimeMoves(older, Defect.WindowRolledOverInTwoSteps).ShouldFail();

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void Two_roll_over_while_a_third_is_late(int older) => Explore.Run($"window {older}: roll-over", () =>
    {
        Scenario scenario = Make(older, frozen: false, static it => it.Take());
        return new Execution(
            [
                () => scenario.Take(),
                () =>
                {
                    scenario.Time.Advance(Ticks);
                    scenario.Take();
                    scenario.Time.Advance(Ticks);
                    scenario.Take();
                },
            ],
            () => Check(scenario, older));
    }).ShouldHold();

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public void A_refund_goes_to_its_own_window(int older) => Explore.Run($"window {older}: refund against roll-over", () =>
    {
        Scenario.Grant? first = null;
        Scenario scenario = Make(older, frozen: false, it =>
        {
            first = it.Take();
            it.Take();
        });
        return new Execution(
            [
                () =>
                {
                    scenario.Time.Advance(Ticks);
                    scenario.Take();
                    scenario.Take();
                },
                () => scenario.Refund(first),
            ],
            () => Check(scenario, older));
    }).ShouldHold();

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public void A_refund_and_a_late_caller_while_the_window_moves_on(int older) =>
        Explore.Run($"window {older}: refund, roll-over, caller", () =>
    {
        Scenario.Grant? first = null;
        Scenario scenario = Make(older, frozen: false, it =>
        {
            first = it.Take();
            it.Take();
        });
        return new Execution(
            [
                () =>
                {
                    scenario.Time.Advance(Ticks);
                    scenario.Take();
                },
                () => scenario.Refund(first),
                () =>
                {
                    scenario.TakeQuickly();
                    scenario.TakeQuickly();
                },
            ],
            () => Check(scenario, older));
    }).ShouldHold();

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    public void After_idling_beyond_the_indexs_turn_callers_with_old_times_get_no_more(int older) =>
        Explore.Run($"window {older}: idle", () =>
    {
        Scenario scenario = Make(older, frozen: false, static it => it.Take());
        return new Execution(
            [
                () =>
                {
                    scenario.Time.Advance(Ticks << 22);
                    scenario.Take();
                    scenario.Take();
                },
                () => scenario.Take(),
                () => scenario.TakeQuickly(),
            ],
            () => Check(scenario, older));
    }, new ExploreOptions { PreemptionBound = 2 }).ShouldHold();

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public void A_lane_is_spent_while_the_window_moves_on(int older) => Explore.Run($"window {older}: lane", () =>
    {
        Scenario scenario = MakeWithLane(older, frozen: false);
        return new Execution(
            [
                () =>
                {
                    scenario.TakeQuickly();
                    scenario.TakeQuickly();
                },
                () =>
                {
                    scenario.Time.Advance(Ticks);
                    scenario.Take(2);
                },
            ],
            () => Check(scenario, older));
    }).ShouldHold();

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public void A_refund_of_what_a_lane_granted_is_exact(int older) => Explore.Run($"window {older}: lane, refund", () =>
    {
        Scenario scenario = MakeWithLane(older, frozen: true);
        return new Execution(
            [
                () => scenario.Refund(scenario.TakeQuickly()),
                () =>
                {
                    scenario.Take();
                    scenario.Take();
                },
            ],
            scenario.ShouldBeInOrder);
    }).ShouldHold();

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public void A_refund_of_what_a_lane_granted_while_the_window_moves_on(int older) =>
        Explore.Run($"window {older}: lane, refund, time", () =>
    {
        Scenario scenario = MakeWithLane(older, frozen: false);
        return new Execution(
            [
                () => scenario.Refund(scenario.TakeQuickly()),
                () =>
                {
                    scenario.Time.Advance(Ticks);
                    scenario.Take();
                    scenario.Take();
                },
            ],
            () => Check(scenario, older));
    }).ShouldHold();

    private static Scenario MakeWithLane(int older, bool frozen) => new(
        clock => new WindowReservoir<ModelAtomics>(
            new WindowTerms(3, Ticks, older, Interpolate: false), new ChunkPlan(2, 1, 0), clock, clock.Now(), 0),
        limit: 3,
        frozen,
        static it => it.Prime(0),
        lanes: 1);

    private static Report ThreeCallers(int older, Defect defect = Defect.None) => Explore.Run($"window {older}: three callers", () =>
    {
        Scenario scenario = Make(older, frozen: true, static it =>
        {
            it.Take();
            it.Time.Advance(3 * Ticks);
            it.TakeQuickly();
        });
        return new Execution(
            [() => scenario.Take(), () => scenario.TakeQuickly(), () => scenario.TakeQuickly()],
            scenario.ShouldBeInOrder);
    }, new ExploreOptions { Defect = defect });

    private static Report TimeMoves(int older, Defect defect = Defect.None) => Explore.Run($"window {older}: time moves", () =>
    {
        Scenario scenario = Make(older, frozen: false, it =>
        {
            if (older == 0)
            {
                it.Take();
            }
        });
        return new Execution(
            [
                () =>
                {
                    scenario.Time.Advance(Ticks);
                    scenario.Take();
                },
                () =>
                {
                    scenario.Take();
                    scenario.TakeQuickly();
                },
            ],
            () => Check(scenario, older));
    }, new ExploreOptions { Defect = defect });

    private static Scenario Make(int older, bool frozen, Action<Scenario>? before = null) => new(
        clock => new WindowReservoir<ModelAtomics>(
            new WindowTerms(Limit, Ticks, older, Interpolate: false), ChunkPlan.None, clock, clock.Now(), 0),
        Limit,
        frozen,
        before);

    private static void Check(Scenario scenario, int older)
    {
        long current = scenario.Time.Now / Ticks;
        IEnumerable<(long, long)> windows = Enumerable.Range(-4, 5)
            .Select(i => ((current + i) * Ticks, (current + i + Math.Max(1, older)) * Ticks));
        scenario.CheckWindows(windows, ((current - older) * Ticks, (current + 1) * Ticks));
    }
}
