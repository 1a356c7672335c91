using RateSync.Fast.Algorithms;
using RateSync.Fast.Tests.Interleaving.Explorer;

namespace RateSync.Fast.Tests.Interleaving.Suites;

/// <summary>
/// The line of a token bucket in every order: nobody is forgotten in it, the timer is set for whoever is at its head, nobody is granted
/// twice or out of turn, and whoever leaves takes nothing along.
/// </summary>
[Collection(EraState.Collection)]
public sealed class WaitLineTests
{
    [Fact]
    public void A_refund_serves_whoever_just_joined() => RefundAgainstWaiter().ShouldHold();

    [Fact]
    public void A_server_that_stops_blindly_is_caught() => RefundAgainstWaiter(Defect.ServerStopsBlindly).ShouldFail();

    [Fact]
    public void Two_join_at_once() => Run("2 join", () =>
    {
        LineScenario line = new(burst: 2, left: 1);
        Waiter first = line.NewWaiter();
        Waiter second = line.NewWaiter();
        return new Execution([() => line.Join(first), () => line.Join(second)], () => line.Check());
    }, mayChase: true).ShouldHold();

    [Fact]
    public void Time_passes_while_one_joins() => Run("time, join", () =>
    {
        LineScenario line = new(burst: 1, left: 0, frozen: false);
        Waiter waiter = line.NewWaiter();
        return new Execution([() => line.Pass(LineScenario.Interval), () => line.Join(waiter)], () => line.Check());
    }).ShouldHold();

    [Fact]
    public void The_head_leaves_when_it_is_due() => Run("time, leave", () =>
    {
        LineScenario line = new(burst: 1, left: 0, frozen: false);
        Waiter head = line.Seated();
        line.Seated();
        return new Execution([() => line.Pass(LineScenario.Interval), () => line.Leave(head)], () => line.Check());
    }).ShouldHold();

    [Fact]
    public void A_head_that_leaves_lets_the_next_have_its_turn() => HeadLeaves().ShouldHold();

    [Fact]
    public void A_head_that_leaves_and_wakes_nobody_is_caught() => HeadLeaves(Defect.LeavingHeadWakesNobody).ShouldFail();

    [Fact]
    public void A_leaver_whose_permits_stay_counted_is_caught() => HeadLeaves(Defect.LeavingKeepsPlace).ShouldFail();

    [Fact]
    public void A_leaver_that_stays_in_the_queue_count_is_caught() => HeadLeaves(Defect.LeavingStaysInQueueCount).ShouldFail();

    [Fact]
    public void Two_neighbours_leave_at_once() => NeighboursLeave().ShouldHold();

    [Fact]
    public void No_fence_after_moving_on_to_the_next_is_caught() => NeighboursLeave(Defect.HeadMovedWithoutFence).ShouldFail();

    [Fact]
    public void The_last_leaves_while_one_joins() => LastLeaves().ShouldHold();

    [Fact]
    public void A_line_opened_without_a_look_is_caught() => LastLeaves(Defect.LineOpenedWithoutLook).ShouldFail();

    [Fact]
    public void Nobody_takes_what_the_head_is_due() => Run("taker, time, waiter", () =>
    {
        LineScenario line = new(burst: 1, left: 0, frozen: false);
        Waiter waiter = line.Seated();
        return new Execution([() => line.Pass(LineScenario.Interval), () => line.Take(1)], () =>
        {
            Assert.True(waiter.IsGranted);
            line.Check();
        });
    }).ShouldHold();

    [Fact]
    public void A_waiter_gets_what_lies_in_a_lane() => Run("lane, waiter", () =>
    {
        LineScenario line = new(burst: 3, left: 2, chunk: 2);
        Waiter waiter = line.NewWaiter(permits: 2);
        return new Execution([() => line.Take(0), () => line.Join(waiter)], () => line.Check());
    }).ShouldHold();

    private static Report RefundAgainstWaiter(Defect defect = Defect.None) => Run("refund, join", () =>
    {
        LineScenario line = new(burst: 1, left: 0);
        Waiter waiter = line.NewWaiter();
        return new Execution([() => line.Limiter.Refund(1, 0), () => line.Join(waiter)], () =>
        {
            Assert.True(waiter.IsGranted);
            line.Check(refunded: 1);
        });
    }, defect);

    private static Report HeadLeaves(Defect defect = Defect.None) => Run("head leaves, join", () =>
    {
        // There is enough for the second, not for the first.
        LineScenario line = new(burst: 2, left: 1);
        Waiter head = line.Seated(permits: 2);
        Waiter next = line.NewWaiter();
        return new Execution([() => line.Leave(head), () => line.Join(next)], () =>
        {
            Assert.True(next.IsGranted);
            line.Check();
        });
    }, defect, mayChase: true);

    private static Report NeighboursLeave(Defect defect = Defect.None) => Run("2 leave", () =>
    {
        LineScenario line = new(burst: 2, left: 1);
        Waiter[] waiters = [line.Seated(permits: 2), line.Seated(permits: 2), line.Seated()];
        return new Execution([() => line.Leave(waiters[0]), () => line.Leave(waiters[1])], () =>
        {
            Assert.True(waiters[2].IsGranted);
            line.Check();
        });
    }, defect);

    private static Report LastLeaves(Defect defect = Defect.None) => Run("last leaves, join", () =>
    {
        LineScenario line = new(burst: 1, left: 0);
        Waiter last = line.Seated();
        Waiter next = line.NewWaiter();
        return new Execution([() => line.Leave(last), () => line.Join(next)], () => line.Check());
    }, defect, mayChase: true);

    // A server that finds a cell taken but empty breaks it, and the one who is about to sit down there takes the next: the two could go on
    // like this for ever, step by step. Where they can meet, only schedules with few preemptions are explored, and without store buffers.
    private static Report Run(string name, Func<Execution> scenario, Defect defect = Defect.None, bool mayChase = false) =>
        Explore.Run(name, scenario, new ExploreOptions
        {
            Prepare = EraState.Prepare,
            Defect = defect,
            PreemptionBound = mayChase ? 2 : null,
            Memory = mayChase ? MemoryModel.SequentialConsistency : MemoryModel.Tso,
        });
}
