using RateSync.Fast.Algorithms;
using RateSync.Fast.Tests.Interleaving.Explorer;

namespace RateSync.Fast.Tests.Interleaving.Suites;

/// <summary>
/// The semaphore, its line and the line's segments in every order: never more slots out than there are, none lost, nobody forgotten in
/// line, first come, first served, and one outcome for whoever leaves while a slot is on its way.
/// </summary>
[Collection(EraState.Collection)]
public sealed class TicketGateTests
{
    [Fact]
    public void Three_callers_never_have_the_same_slot() => Run("three callers", () =>
    {
        GateScenario gate = new(max: 1, taken: 0);
        return new Execution([() => EnterAndExit(gate, 0), () => EnterAndExit(gate, 1), () => EnterAndExit(gate, 2)], gate.Check);
    }).ShouldHold();

    [Fact]
    public void Whoever_waits_is_granted_by_an_exit() => Run("exit, waiter", () =>
    {
        GateScenario gate = new(max: 1, taken: 1);
        Waiter waiter = gate.NewWaiter();
        return new Execution([() => gate.Exit(0), () => gate.WaitAndExit(waiter, 1)], gate.Check);
    }).ShouldHold();

    [Fact]
    public void Two_waiters_and_two_exits() => Run("2 exits, 2 waiters", () =>
    {
        GateScenario gate = new(max: 2, taken: 2);
        Waiter first = gate.NewWaiter();
        Waiter second = gate.NewWaiter();
        return new Execution([() => gate.Exit(0, times: 2), () => gate.Wait(first), () => gate.Wait(second)], gate.Check);
    }).ShouldHold();

    [Fact]
    public void Leaving_against_an_exit() => LeaverAgainstExit().ShouldHold();

    [Fact]
    public void A_permit_that_came_for_a_leaver_and_is_not_passed_on_is_caught() =>
        LeaverAgainstExit(Defect.LeavingLosesPermit).ShouldFail();

    [Fact]
    public void A_leaver_that_stays_counted_is_caught() => LeaverAgainstExit(Defect.LeavingKeepsPlace).ShouldFail();

    [Fact]
    public void A_leaver_that_marks_its_cell_before_it_is_off_the_count_is_caught() =>
        LeaverAgainstExit(Defect.LeavingMarksCellFirst).ShouldFail();

    [Fact]
    public void Two_neighbours_leave_at_once() => Run("2 leavers", () =>
    {
        GateScenario gate = new(max: 1, taken: 1, cells: 1);
        Waiter[] line = [gate.Seated(), gate.Seated(), gate.Seated(), gate.Seated()];
        return new Execution([() => gate.Leave(line[1]), () => gate.Leave(line[2])], gate.Check);
    }).ShouldHold();

    [Fact]
    public void Two_neighbours_leave_while_a_slot_comes_back() => Run("leavers, exit", () =>
    {
        GateScenario gate = new(max: 1, taken: 1, cells: 1);
        Waiter[] line = [gate.Seated(), gate.Seated(), gate.Seated()];
        return new Execution(
            [
                () =>
                {
                    gate.Leave(line[1]);
                    gate.Leave(line[0]);
                },
                () => gate.Exit(0),
            ],
            gate.Check);
    }).ShouldHold();

    [Fact]
    public void All_of_a_segment_leave_while_the_next_is_made() => Run("segment dies, waiter", () =>
    {
        GateScenario gate = new(max: 1, taken: 1);
        Waiter[] line = [gate.Seated(), gate.Seated()];
        Waiter next = gate.NewWaiter();
        return new Execution(
            [
                () =>
                {
                    gate.Leave(line[0]);
                    gate.Leave(line[1]);
                },
                () => gate.Wait(next),
            ],
            gate.Check);
    }).ShouldHold();

    [Fact]
    public void A_waiter_for_two_leaves_while_slots_come_back() => Run("2 seats, leaver, exits", () =>
    {
        GateScenario gate = new(max: 2, taken: 2);
        Waiter two = gate.Seated(permits: 2);
        Waiter one = gate.Seated();
        return new Execution([() => gate.Leave(two), () => gate.Exit(0, times: 2)], () =>
        {
            Assert.Equal(two.HasLeft, one.IsGranted);
            gate.Check();
        });
    }, new ExploreOptions { PreemptionBound = 2 }).ShouldHold();

    [Fact]
    public void A_waiter_for_two_gets_one_at_once_and_leaves() => Run("2 seats, one in hand", () =>
    {
        GateScenario gate = new(max: 2, taken: 1);
        Waiter two = gate.NewWaiter(permits: 2);
        return new Execution(
            [
                () =>
                {
                    gate.Wait(two);
                    gate.Leave(two);
                },
                () => gate.Exit(0),
                () => gate.TryEnter(1),
            ],
            gate.Check);
    }).ShouldHold();

    [Fact]
    public void Whoever_leaves_a_full_line_makes_room() => FullLine().ShouldHold();

    [Fact]
    public void A_leaver_that_stays_in_the_queue_count_is_caught() => FullLine(Defect.LeavingStaysInQueueCount).ShouldFail();

    [Fact]
    public void Segments_are_used_again_only_when_nobody_looks_at_them() => ReusedSegments().ShouldHold();

    [Fact]
    public void Segments_used_again_without_a_fence_on_all_threads_are_caught() =>
        ReusedSegments(Defect.SegmentsReusedWithoutFence).ShouldFail();

    [Fact]
    public void A_waiter_slow_to_sit_down_finds_its_own_cell() => Run("slow waiter, reused segments", () =>
    {
        GateScenario gate = new(max: 2, taken: 2, cells: 1, batch: 1);
        Waiter[] line = [gate.NewWaiter(), gate.NewWaiter(), gate.NewWaiter()];
        return new Execution(
            [
                () => gate.Wait(line[0]),
                () =>
                {
                    gate.Wait(line[1]);
                    gate.Exit(1, times: 2);
                    gate.Wait(line[2]);
                },
            ],
            gate.Check);
    }).ShouldHold();

    [Fact]
    public void With_split_slots_nobody_is_refused_while_one_is_free() => MovingSlot().ShouldHold();

    [Fact]
    public void Looking_through_the_shards_only_once_is_caught() => MovingSlot(Defect.ShardsLookedThroughOnce).ShouldFail();

    [Fact]
    public void With_split_slots_an_exit_wakes_whoever_just_joined() => SplitExitAgainstWaiter().ShouldHold();

    [Fact]
    public void Joining_without_a_look_through_the_shards_is_caught() =>
        SplitExitAgainstWaiter(Defect.JoiningSkipsShards).ShouldFail<DeadlockException>();

    [Fact]
    public void An_exit_that_looks_too_early_is_caught() =>
        SplitExitAgainstWaiter(Defect.ExitLooksTooEarly).ShouldFail<DeadlockException>();

    [Fact]
    public void With_split_slots_a_caller_does_not_keep_what_a_waiter_is_owed() => Run("split: caller, waiter, exit", () =>
    {
        GateScenario gate = new GateScenario(max: 2, taken: 1, shards: 2).WithFreeAt(1);
        Waiter waiter = gate.NewWaiter(permits: 2);
        return new Execution([() => gate.Exit(0), () => gate.TryEnter(1), () => gate.Wait(waiter)], gate.Check);
    }).ShouldHold();

    [Fact]
    public void With_split_slots_several_are_had_all_or_none() => Run("split: two at once", () =>
    {
        GateScenario gate = new GateScenario(max: 2, taken: 0, shards: 2).WithFreeAt(0, 1);
        return new Execution([() => gate.TryEnter(0, permits: 2), () => gate.TryEnter(1), () => gate.TryEnter(0)], gate.Check);
    }).ShouldHold();

    [Fact]
    public void A_limit_lowered_and_raised_while_slots_come_back() => LoweredAndRaised().ShouldHold();

    [Fact]
    public void A_raised_limit_that_counts_as_free_what_is_out_is_caught() => LoweredAndRaised(Defect.RaisedLimitIsFree).ShouldFail();

    [Fact]
    public void A_limit_lowered_while_a_waiter_leaves() => Run("lowered, leaver, exit", () =>
    {
        GateScenario gate = new(max: 2, taken: 2);
        Waiter leaver = gate.Seated();
        return new Execution([() => gate.SetMax(1), () => gate.Leave(leaver), () => gate.Exit(0)], gate.Check);
    }).ShouldHold();

    [Fact]
    public void With_split_slots_a_lowered_limit_gets_its_slots() => Run("split: lowered, exit", () =>
    {
        GateScenario gate = new GateScenario(max: 2, taken: 1, shards: 2).WithFreeAt(1);
        return new Execution([() => gate.SetMax(1), () => gate.Exit(0), () => gate.TryEnter(1)], gate.Check);
    }).ShouldHold();

    [Fact]
    public void A_limit_raised_by_several_while_others_come_and_go() => Run("raised by 3", () =>
    {
        GateScenario gate = new(max: 1, taken: 1);
        return new Execution([() => gate.SetMax(4), () => gate.Exit(0), () => EnterAndExit(gate, 1)], gate.Check);
    }).ShouldHold();

    [Fact]
    public void A_limit_raised_by_several_while_somebody_joins() => Run("raised by 2, waiters", () =>
    {
        GateScenario gate = new(max: 1, taken: 1);
        Waiter first = gate.Seated();
        Waiter second = gate.NewWaiter();
        return new Execution([() => gate.SetMax(3), () => gate.Wait(second), () => gate.Exit(0)], () =>
        {
            Assert.True(first.IsGranted && second.IsGranted, "There was one for each.");
            gate.Check();
        });
    }).ShouldHold();

    [Fact]
    public void A_limit_lowered_by_several_while_others_come_and_go() => Run("lowered by 3", () =>
    {
        GateScenario gate = new(max: 4, taken: 1);
        return new Execution([() => gate.SetMax(1), () => gate.Exit(0), () => gate.TryEnter(1)], gate.Check);
    }, new ExploreOptions { PreemptionBound = 2 }).ShouldHold();

    [Fact]
    public void With_split_slots_a_limit_raised_while_others_come_and_go() => Run("split: raised by 2", () =>
    {
        GateScenario gate = new(max: 1, taken: 1, shards: 2);
        return new Execution([() => gate.SetMax(3), () => gate.Exit(0), () => gate.TryEnter(1)], gate.Check);
    }, new ExploreOptions { PreemptionBound = 2 }).ShouldHold();

    [Fact]
    public void Several_come_back_at_once_while_somebody_joins() => Run("2 at once, waiter", () =>
    {
        GateScenario gate = new(max: 2, taken: 2);
        Waiter next = gate.NewWaiter(permits: 2);
        return new Execution([() => gate.ExitAtOnce(0, 2), () => gate.Wait(next)], gate.Check);
    }).ShouldHold();

    [Fact]
    public void Several_come_back_at_once_while_the_first_in_line_leaves() => Run("2 at once, leaver", () =>
    {
        GateScenario gate = new(max: 2, taken: 2);
        Waiter leaver = gate.Seated();
        gate.Seated();
        return new Execution([() => gate.ExitAtOnce(0, 2), () => gate.Leave(leaver)], gate.Check);
    }).ShouldHold();

    [Fact]
    public void With_split_slots_several_that_come_back_at_once_find_a_waiter() => Run("split: 2 at once, waiter", () =>
    {
        GateScenario gate = new(max: 2, taken: 2, shards: 2);
        Waiter waiter = gate.NewWaiter();
        return new Execution([() => gate.ExitAtOnce(0, 2), () => gate.WaitAndExit(waiter, 1)], gate.Check);
    }).ShouldHold();

    [Fact]
    public void A_limit_lowered_while_several_come_back_at_once() => LoweredAgainstSeveral().ShouldHold();

    [Fact]
    public void Several_that_come_back_at_once_and_forget_the_lowered_limit_are_caught() =>
        LoweredAgainstSeveral(Defect.SeveralFreedForgetDebt).ShouldFail();

    [Fact]
    public void Disposal_sends_home_whoever_is_just_joining() => Run("dispose, waiter", () =>
    {
        GateScenario gate = new(max: 1, taken: 1);
        gate.Seated();
        Waiter late = gate.NewWaiter();
        return new Execution([gate.Gate.Dispose, () => gate.Wait(late)], gate.CheckDisposed);
    }).ShouldHold();

    [Fact]
    public void Disposal_takes_away_what_just_comes_back() => Run("dispose, exit", () =>
    {
        GateScenario gate = new(max: 2, taken: 2);
        gate.Seated();
        return new Execution([gate.Gate.Dispose, () => gate.Exit(0, times: 2)], gate.CheckDisposed);
    }).ShouldHold();

    private static void EnterAndExit(GateScenario gate, uint slot)
    {
        if (gate.TryEnter(slot))
        {
            gate.Exit(slot);
        }
    }

    private static Report LeaverAgainstExit(Defect defect = Defect.None) => Run("leaver, exit", () =>
    {
        GateScenario gate = new(max: 1, taken: 1);
        Waiter leaver = gate.Seated();
        Waiter next = gate.NewWaiter();
        return new Execution([() => gate.Leave(leaver), () => gate.Exit(0), () => gate.Wait(next)], gate.Check);
    }, new ExploreOptions { Defect = defect });

    private static Report FullLine(Defect defect = Defect.None) => Run("full line", () =>
    {
        GateScenario gate = new(max: 1, taken: 1, queueLimit: 1);
        Waiter leaver = gate.Seated();
        Waiter next = gate.NewWaiter();
        return new Execution(
            [
                () =>
                {
                    gate.Leave(leaver);
                    Assert.True(leaver.IsWaiting || gate.Wait(next));
                },
                () => gate.Exit(1),
            ],
            gate.Check);
    }, new ExploreOptions { Defect = defect });

    private static Report ReusedSegments(Defect defect = Defect.None) => Run("reused segments", () =>
    {
        // A segment is ready when the next but one has been reached; one exit may still be about to start from it.
        GateScenario gate = new(max: 4, taken: 4, cells: 1, batch: 1);
        for (int i = 0; i < 4; i++)
        {
            gate.Seated();
        }

        gate.Exit(0);
        return new Execution([() => gate.Exit(0), () => gate.Exit(1, times: 2)], gate.Check);
    }, new ExploreOptions { Defect = defect, PreemptionBound = 1 });

    private static Report MovingSlot(Defect defect = Defect.None) => Run("split: a slot moves", () =>
    {
        // The one who comes and goes has one slot at most: the other is always to be had.
        GateScenario gate = new GateScenario(max: 2, taken: 1, shards: 2).WithFreeAt(1);
        return new Execution(
            [
                () => Assert.True(gate.TryEnter(0)),
                () =>
                {
                    gate.Exit(0);
                    Assert.True(gate.TryEnter(1));
                },
            ],
            gate.Check);
    }, new ExploreOptions { Defect = defect });

    private static Report SplitExitAgainstWaiter(Defect defect = Defect.None) => Run("split: exit, waiter", () =>
    {
        GateScenario gate = new(max: 1, taken: 1, shards: 2);
        Waiter waiter = gate.NewWaiter();
        return new Execution([() => gate.Exit(0), () => gate.WaitAndExit(waiter, 1)], gate.Check);
    }, new ExploreOptions { Defect = defect });

    private static Report LoweredAgainstSeveral(Defect defect = Defect.None) => Run("lowered, 2 at once", () =>
    {
        GateScenario gate = new(max: 3, taken: 3);
        return new Execution([() => gate.SetMax(1), () => gate.ExitAtOnce(0, 2), () => gate.TryEnter(1)], gate.Check);
    }, new ExploreOptions { Defect = defect });

    private static Report LoweredAndRaised(Defect defect = Defect.None) => Run("lowered and raised", () =>
    {
        GateScenario gate = new(max: 2, taken: 2);
        return new Execution(
            [
                () =>
                {
                    gate.SetMax(1);
                    gate.SetMax(2);
                },
                () => gate.Exit(1, times: 2),
            ],
            gate.Check);
    }, new ExploreOptions { Defect = defect });

    private static Report Run(string name, Func<Execution> scenario, ExploreOptions? options = null) =>
        Explore.Run(name, scenario, (options ?? new ExploreOptions()) with { Prepare = EraState.Prepare });
}
