using System.Threading.Channels;
using System.Threading.RateLimiting;
using RateSync.Fast.Bench.Async;
using RateSync.Fast.Bench.Measure;
using RateSync.Fast.Bench.Peers;

namespace RateSync.Fast.Bench.Rows;

/// <summary>Many tasks that share few slots, waiting for them in line.</summary>
internal sealed class HandOverRows : RowGroup
{
    private const int Tasks = 64;
    private const int Slots = 8;
    private const int WarmUpRounds = 4;

    public override string Id => "P6";

    public override IEnumerable<Row> Measure(Crew crew, Budget budget)
    {
        TicketSemaphore gate = new(Slots);
        SemaphoreSlim slim = new(Slots, Slots);
        ConcurrencyLimiter platform = PeerLimits.Concurrency(Slots, Tasks);
        Channel<byte> channel = Channel.CreateBounded<byte>(Slots);
        TaskContender one = Make("one yield", default(YieldLoop));
        TaskContender two = Make("two yields", default(TwoYieldsLoop));
        TaskContender ours = Make("ours", new TicketLoop(gate));
        TaskContender[] peers =
        [
            Make("SemaphoreSlim", new SemaphoreSlimLoop(slim)),
            Make("ConcurrencyLimiter", new ConcurrencyLimiterLoop(platform)),
            Make("bounded channel", new ChannelLoop(channel)),
        ];

        TaskContender[] all = [one, two, ours, .. peers];
        TimeSpan turn = budget.Slice * 3;
        for (int round = 0; round < WarmUpRounds + budget.Rounds; round++)
        {
            foreach (TaskContender contender in round % 2 == 0 ? all : all.Reverse())
            {
                contender.Run(turn, measured: round >= WarmUpRounds);
            }
        }

        int outOfOrder = LineOrder.CountOvertaken(Slots);
        yield return new Row
        {
            Id = Id,
            Name = "64 tasks on 8 slots, yielding inside",
            Threads = Environment.ProcessorCount,
            Ours = ours.MedianNs,
            Floor = two.MedianNs,
            FloorRatio = ours.MultipleOf(two),
            FloorGoal = Bound.AtMost(1.2),
            Peers = [.. peers.Select(p => new RowPeer(p.Name, p.MedianNs, 1 / ours.MultipleOf(p), p.MedianBytes, Bound.AtLeast(1)))],
            Bytes = Beyond(ours.MedianBytes, two.MedianBytes),
            BytesGoal = Bound.AtMost(0),
            IsNoisy = ours.Spread > NoisySpread || two.Spread > NoisySpread,
            Fault = outOfOrder == 0 ? null : $"{outOfOrder} waiters were overtaken",
            Note = $"floor: two yields and no semaphore; one yield takes {Quantity.Time(one.MedianNs)}; ours on top of one yield: {Quantity.Time(ours.MedianNs - one.MedianNs)}",
        };
    }

    /// <summary>
    /// What ours allocates beyond the bare loop. Counted for the whole process, whose thread pool allocates some segment of a queue now and
    /// then: less than a byte in two hundred operations is not from any operation.
    /// </summary>
    private static double Beyond(double ours, double loop) => ours - loop < 0.005 ? 0 : ours - loop;

    private static TaskContender Make<TOperation>(string name, TOperation operation)
        where TOperation : struct, ITaskOperation => new(name, duration => TaskCrowd.Run(operation, Tasks, duration));
}
