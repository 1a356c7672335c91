using System.Threading.RateLimiting;
using RateSync.Fast.Bench.Async;
using RateSync.Fast.Bench.Measure;
using RateSync.Fast.Bench.Peers;

namespace RateSync.Fast.Bench.Rows;

/// <summary>Ten thousand callers that wait for their permits.</summary>
internal sealed class WaitingRows : RowGroup
{
    private const int Waiters = 10_000;
    private const int ShortWaiters = 1_000;
    private const string Peer = "TokenBucketRateLimiter";

    public override string Id => "P7";

    public override IEnumerable<Row> Measure(Crew crew, Budget budget)
    {
        double bytes = WarmWaits.MeasureBytes();
        double peerBytes = WarmWaits.MeasurePeerBytes();
        double tick = TimerTick.MeasureNs();
        long timersBefore = Timer.ActiveCount;
        int waiters = budget.Short ? ShortWaiters : Waiters;
        using TokenBucket bucket = new(WaitField.Rate, WaitField.Burst);
        WaitField ours = new(waiters);
        Thread first = new(() => ours.Run(bucket, WaitField.Burst, WaitField.Rate));
        first.Start();
        Thread.Sleep(200);
        long timers = Timer.ActiveCount - timersBefore;

        // Side by side: neither keeps a core busy for more than a thousandth of the time.
        using TokenBucketRateLimiter limiter = PeerLimits.Queueing(WaitField.Burst, WaitField.Rate, waiters);
        WaitField platform = new(waiters);
        platform.Run(limiter, WaitField.Burst, WaitField.Rate);
        first.Join();

        yield return Make(ours.LatenessNs.Min(), Unit.Nanoseconds, "earliest grant after its due time") with
        {
            OwnGoal = Bound.AtLeast(0),
            Peers = [new RowPeer(Peer, platform.LatenessNs.Min(), platform.LatenessNs.Min() / ours.LatenessNs.Min())],
            Note = $"{waiters:N0} waiters at {WaitField.Rate:N0} a second; the bucket of {WaitField.Burst} holds what comes in while the timer is late",
        };
        double median = Statistics.Median(ours.LatenessNs);
        yield return Make(median, Unit.Nanoseconds, "median lateness") with
        {
            Floor = tick,
            FloorRatio = median / tick,
            FloorGoal = Bound.AtMost(1),
            Peers = [PeerAt(ours, platform, 0.5)],
            Note = "floor: the time between two ticks of the platform's timers, measured",
        };
        yield return Make(Statistics.Quantile(ours.LatenessNs, 0.99), Unit.Nanoseconds, "p99 lateness") with { Peers = [PeerAt(ours, platform, 0.99)] };
        double nominal = 1e9 / WaitField.Rate;
        yield return Make(ours.IntervalNs, Unit.Nanoseconds, $"time per permit over {waiters / WaitField.Rate:0} s") with
        {
            Floor = nominal,
            FloorRatio = ours.IntervalNs / nominal,
            FloorGoal = Bound.AtMost(1.005),
            Peers = [new RowPeer(Peer, platform.IntervalNs, platform.IntervalNs / ours.IntervalNs)],
            Note = "floor: the nominal interval, which no grant may undercut",
        };
        yield return Make(timers, Unit.Count, "timers while all wait") with { OwnGoal = Bound.AtMost(1) };
        yield return Make(bytes, Unit.Bytes, "allocated per wait, warm") with
        {
            Bytes = bytes,
            BytesGoal = Bound.AtMost(0),
            Peers = [new RowPeer(Peer, peerBytes, peerBytes / bytes, peerBytes)],
        };
    }

    private static RowPeer PeerAt(WaitField ours, WaitField platform, double part)
    {
        double figure = Statistics.Quantile(platform.LatenessNs, part);
        return new RowPeer(Peer, figure, figure / Statistics.Quantile(ours.LatenessNs, part));
    }

    private Row Make(double figure, Unit unit, string name) => new() { Id = Id, Name = name, Threads = Environment.ProcessorCount, Unit = unit, Ours = figure };
}
