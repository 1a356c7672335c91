using System.Diagnostics;
using System.Threading.RateLimiting;

namespace RateSync.Fast.Bench.Async;

/// <summary>
/// A crowd that waits for permits: all line up at an empty bucket at once, and each notes when it was let go on.
/// </summary>
internal sealed class WaitField
{
    /// <summary>Permits per second.</summary>
    public const double Rate = 1_000;

    /// <summary>
    /// The bucket must hold what comes in while a timer is late, or it overflows and the rate is lost for good: 4 permits for one tick
    /// of 4 ms; 100 for a tenth of a second, so that a busy machine does not lose any either.
    /// </summary>
    public const int Burst = 100;

    private readonly int _waiters;

    public WaitField(int waiters)
    {
        _waiters = waiters;
    }

    /// <summary>Clock tick before which the bucket was certainly still full.</summary>
    public long EmptiedAfter { get; private set; }

    /// <summary>Clock tick at which it was certainly empty.</summary>
    public long EmptiedBefore { get; private set; }

    /// <summary>How long after the earliest possible moment each was let go on, in nanoseconds, first to last.</summary>
    public double[] LatenessNs { get; private set; } = [];

    /// <summary>Time from the first to the last permit per permit, in nanoseconds.</summary>
    public double IntervalNs { get; private set; }

    /// <summary>Ours; returns when all have gone on.</summary>
    public void Run(TokenBucket bucket, int burst, double rate)
    {
        WaitRecord[] records = [.. Enumerable.Range(0, _waiters).Select(static _ => new WaitRecord())];
        using CountdownEvent done = new(_waiters);
        EmptiedAfter = Stopwatch.GetTimestamp();
        Require(bucket.TryAcquire(burst));
        EmptiedBefore = Stopwatch.GetTimestamp();
        foreach (WaitRecord record in records)
        {
            record.Begin(bucket, done);
        }

        done.Wait();
        Note([.. records.Select(static r => r.At)], rate);
    }

    /// <summary>The platform's; returns when all have gone on.</summary>
    public void Run(RateLimiter limiter, int burst, double rate)
    {
        PeerWaitRecord[] records = [.. Enumerable.Range(0, _waiters).Select(static _ => new PeerWaitRecord())];
        using CountdownEvent done = new(_waiters);
        EmptiedAfter = Stopwatch.GetTimestamp();
        using (RateLimitLease all = limiter.AttemptAcquire(burst))
        {
            Require(all.IsAcquired);
        }

        EmptiedBefore = Stopwatch.GetTimestamp();
        foreach (PeerWaitRecord record in records)
        {
            record.Begin(limiter, done);
        }

        done.Wait();
        Note([.. records.Select(static r => r.At)], rate);
    }

    /// <summary>
    /// By the bound, the n-th permit after a full burst cannot be had before n intervals after the burst; the clock was read before the
    /// burst was taken, so nothing here can look later than it was for a grant that was too early.
    /// </summary>
    private void Note(long[] times, double rate)
    {
        double nsPerTick = 1e9 / Stopwatch.Frequency;
        LatenessNs = [.. times.Select((at, i) => ((at - EmptiedAfter) * nsPerTick) - ((i + 1) * 1e9 / rate))];
        IntervalNs = (times.Max() - EmptiedBefore) * nsPerTick / times.Length;
    }

    private static void Require(bool granted)
    {
        if (!granted)
        {
            throw new InvalidOperationException("A full bucket refused its burst.");
        }
    }
}
