using System.Diagnostics;
using RateSync.Fast.Tests.Stress.Checking;
using RateSync.Fast.Tests.Stress.Recording;
using RateSync.Fast.Tests.Stress.Running;

namespace RateSync.Fast.Tests.Stress.Waiters;

/// <summary>Ten thousand callers wait at once, many of them give up: each call ends exactly once, and nobody is forgotten.</summary>
public sealed class WaiterStormTests
{
    private const int Waiters = 10_000;

    [Theory]
    [InlineData(2)]
    [InlineData(4)]
    [InlineData(16)]
    public void Every_waiter_of_a_token_bucket_ends_once_and_the_bound_holds(int threads) => Verify.Of(() =>
    {
        RateLaw law = RateLaw.PerSecond(20_000, 10);
        using TokenBucket bucket = new(law.PerSecondAsDouble, law.Burst);
        StormResult result = Storm.Run(bucket, threads, Waiters / threads);
        BoundReport bound = RateBound.Check(result.Grants, law);
        if (!bound.Holds)
        {
            return Judgement.Violation(bound.ToString());
        }

        LimiterState state = bucket.GetState();
        LimiterMetrics metrics = bucket.GetMetrics();
        string text = $"{result}; {metrics.TotalAcquisitions} counted, {state.Waiting} still in line; {bound}";
        return result.Ended != result.Called || state.Waiting != 0 || state.QueuedPermits != 0 || metrics.TotalAcquisitions != result.Grants.Length
            ? Judgement.Violation(text)
            : result.Cancelled == 0 || result.TimedOut == 0 ? Judgement.Inconclusive(text) : Judgement.Pass(text);
    });

    [Theory]
    [InlineData(2)]
    [InlineData(16)]
    public void Every_waiter_of_a_semaphore_ends_once_and_all_slots_are_free_after(int threads) => Verify.Of(() =>
    {
        using TicketSemaphore semaphore = new(4);
        StormResult result = Storm.Run(semaphore, threads, Waiters / threads);
        LimiterState state = semaphore.GetState();
        string text = $"{result}; {state.Remaining} free, {state.Waiting} still in line";
        return result.Ended != result.Called || state.Waiting != 0 || state.Remaining != 4
            ? Judgement.Violation(text)
            : result.Cancelled == 0 ? Judgement.Inconclusive(text) : Judgement.Pass(text);
    });

    [Fact]
    public void Every_waiter_of_a_leaky_bucket_gets_its_turn_evenly() => Verify.Of(() =>
    {
        // One grant for each turn of the timer at the most: few waiters.
        RateLaw law = RateLaw.PerSecond(500, 1);
        using LeakyBucket bucket = new(law.PerSecondAsDouble);
        StormResult result = Storm.Run(bucket, threads: 4, 100);
        BoundReport bound = RateBound.Check(result.Grants, law);
        return bound.Holds && result.Ended == result.Called ? Judgement.Pass(bound.ToString()) : Judgement.Violation($"{result} {bound}");
    });

    [Theory]
    [InlineData(SlidingWindowPrecision.Exact)]
    [InlineData(SlidingWindowPrecision.SubWindows)]
    public void Every_waiter_of_a_sliding_window_ends_once_and_the_bound_holds(SlidingWindowPrecision precision) => Verify.Of(() =>
    {
        const int Milliseconds = 20;
        SlidingWindowOptions options = new() { Precision = precision };
        using SlidingWindow window = new(400, TimeSpan.FromMilliseconds(Milliseconds), options);
        StormResult result = Storm.Run(window, threads: 4, Waiters / 4);
        BoundReport bound = WindowBound.Check(result.Grants, 400, Milliseconds * (Stopwatch.Frequency / 1000));
        return bound.Holds && result.Ended == result.Called && window.GetState().Waiting == 0
            ? Judgement.Pass(bound.ToString())
            : Judgement.Violation($"{result} {bound}");
    });
}
