using RateSync.Fast.Algorithms;
using RateSync.Fast.Tests.Property.Semaphores;
using RateSync.Fast.Tests.Shared;
using Xunit.Sdk;

namespace RateSync.Fast.Tests.Property.Waiting;

/// <summary>
/// Every known mistake about waiting, switched on in the library's own code, is found by the same sequences that find none in it.
/// </summary>
public sealed class MistakeTests
{
    /// <summary>A wait that a mistake has lost is given up after this; only mistakes meet it.</summary>
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(2);

    [Fact]
    public Task Without_a_mistake_nothing_is_found_in_a_bucket() => RunBucketAsync<Mistakes.None>(PendingCall.Generous);

    [Fact]
    public Task Without_a_mistake_nothing_is_found_in_a_semaphore() => RunSemaphoreAsync<Mistakes.None>(PendingCall.Generous);

    [Fact]
    public Task D8_a_cancelled_waiter_that_stays_counted_in_a_bucket_is_found() => FindsAsync(RunBucketAsync<Mistakes.KeepsPlace>);

    [Fact]
    public Task D8_a_cancelled_waiter_that_stays_counted_in_a_semaphore_is_found() => FindsAsync(RunSemaphoreAsync<Mistakes.KeepsPlace>);

    [Fact]
    public Task D10_a_cancelled_head_that_wakes_nobody_is_found() => FindsAsync(RunBucketAsync<Mistakes.WakesNobody>);

    [Fact]
    public Task D11_a_permit_lost_with_a_waiter_that_left_is_found() => FindsAsync(RunSemaphoreAsync<Mistakes.LosesPermit>);

    [Fact]
    public Task D13_a_queue_count_that_stays_up_in_a_bucket_is_found() => FindsAsync(RunBucketAsync<Mistakes.StaysInQueueCount>);

    [Fact]
    public Task D13_a_queue_count_that_stays_up_in_a_semaphore_is_found() => FindsAsync(RunSemaphoreAsync<Mistakes.StaysInQueueCount>);

    [Fact]
    public Task D17_a_raised_limit_that_frees_what_is_out_is_found() => FindsAsync(RunSemaphoreAsync<Mistakes.RaisedIsFree>);

    private static Task<XunitException> FindsAsync(Func<TimeSpan, Task> run) => Assert.ThrowsAsync<XunitException>(() => run(s_patience));

    private static Task RunBucketAsync<TDefect>(TimeSpan patience)
        where TDefect : struct, IDefects => Sequences.RunAsync(200, 120, (random, steps, log) =>
    {
        const int Rate = 10;
        ManualClock clock = new(TimeSpan.TicksPerSecond);
        BucketLimiter<DefectiveAtomics<TDefect>> limiter = new(Rate, 5, queueLimit: 4, clock);
        RateModel model = new(new BucketOracle(TimeSpan.TicksPerSecond / Rate, 5), queueLimit: 4, barging: false);
        RateRun run = new(limiter, clock, model, random, log)
        {
            Foresees = true,
            HasDebt = true,
            Stride = 3 * TimeSpan.TicksPerSecond / Rate,
            Patience = patience,
        };
        return run.StepsAsync(steps);
    });

    private static Task RunSemaphoreAsync<TDefect>(TimeSpan patience)
        where TDefect : struct, IDefects => Sequences.RunAsync(200, 120, (random, steps, log) =>
    {
        ManualClock clock = new();
        GateLimiter<DefectiveAtomics<TDefect>> limiter = new(initial: 4, most: 5, queueLimit: 3, clock);
        SemaphoreRun run = new(limiter, clock, new SemaphoreModel(4, 3), random, log)
        {
            CountsWaiters = true,
            SetMax = limiter.SetMax,
            Patience = patience,
        };
        return run.StepsAsync(steps);
    });
}
