using RateSync.Fast.Algorithms;
using RateSync.Fast.State;
using RateSync.Fast.Tests.Shared;
using RateSync.Fast.Time;

namespace RateSync.Fast.Tests.Property.Regressions;

public sealed class QueueLimitTests
{
    [Fact]
    public void Who_is_turned_away_from_a_full_line_turns_nobody_else_away()
    {
        int places = Interruption.AtEveryStep(
            static () => new Line(),
            static line => line.LastJoined = line.TryJoin(),
            static line =>
            {
                line.LeaveFirst();
                line.NextJoined = line.TryJoin();
            },
            static line =>
            {
                // There was one place, and two came: one has it.
                Assert.True(line.LastJoined != line.NextJoined, $"Last: {line.LastJoined}, next: {line.NextJoined}.");
                Assert.Equal(1, line.Waiting);
            });
        Assert.InRange(places, 1, 100);
    }

    /// <summary>A line for one, and one in it.</summary>
    private sealed class Line : IWakeUp
    {
        private readonly ShardedReservoir<GcraReservoir<InterruptedAtomics>, InterruptedAtomics> _tokens;
        private readonly Waiter _first = new();

        public Line()
        {
            Clock clock = new(new ManualClock());
            RateScale scale = RateScale.Create(1, 1, clock.Frequency);
            _tokens = new(new(scale, ChunkPlan.None, clock, clock.Now(), 0, null), clock, queueLimit: 1);
            _tokens.UseLine(new WaitLine<InterruptedAtomics>(), this);
            Assert.True(_tokens.Join(_first));
        }

        public bool LastJoined { get; set; }

        public bool NextJoined { get; set; }

        public long Waiting => _tokens.Waiting;

        public bool TryJoin() => _tokens.Join(new Waiter());

        public void LeaveFirst() => Assert.True(_tokens.Leave(_first, LeaveReason.Cancelled));

        public void At(long tick)
        {
        }

        public void Never()
        {
        }
    }

    private sealed class Waiter : WaitNode
    {
        public Waiter()
        {
            Permits = 1;
            State = WaitState.NextUse(0, 1);
        }

        public override void OnGranted(long stamp)
        {
        }

        public override void OnLeft(LeaveReason reason)
        {
        }
    }
}
