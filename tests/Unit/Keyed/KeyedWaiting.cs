using RateSync.Fast.Tests.Shared;

namespace RateSync.Fast.Tests.Unit.Keyed;

/// <summary>Waiting for a key, on a clock that is moved by hand.</summary>
public class KeyedWaiting
{
    private static readonly TimeSpan s_second = TimeSpan.FromSeconds(1);

    private readonly ManualClock _clock = new();

    [Fact(Timeout = 60_000)]
    public async Task Waiters_of_a_key_are_served_in_order_as_its_permits_come()
    {
        using KeyedLimiter limiter = new(10, 1, null, _clock);
        Assert.True(limiter.TryAcquire("a"));
        Task[] waits = [.. Enumerable.Range(0, 5).Select(_ => limiter.AcquireAsync("a").AsTask())];
        Assert.True(limiter.TryAcquire("b"));
        for (int served = 0; served < 5; served++)
        {
            Assert.Equal(5 - served, limiter.GetMetrics().Waiting);
            Assert.DoesNotContain(waits[served..], static wait => wait.IsCompleted);
            _clock.Advance(TimeSpan.FromMilliseconds(100));
            await waits[served].WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);
        }

        Assert.Equal(0, _clock.ActiveTimers);
        Assert.Equal(5, limiter.GetMetrics().TotalWaits);
        Assert.Equal(7, limiter.GetMetrics().TotalAcquisitions);
    }

    [Fact(Timeout = 60_000)]
    public async Task Nobody_steps_ahead_of_those_who_wait_for_the_same_key()
    {
        using KeyedLimiter limiter = new(10, 4, null, _clock);
        Assert.True(limiter.TryAcquire("a", 3));
        ValueTask<Permit> wait = limiter.AcquireAsync("a", 4);
        Assert.False(limiter.TryAcquire("a"));
        Assert.False(limiter.TryAcquire("a", 0));
        Decision refused = limiter.Attempt("a");
        Assert.Equal(RefusalReason.WaitersInLine, refused.Reason);
        Assert.Equal(1, refused.Waiting);
        Assert.Equal(TimeSpan.FromMilliseconds(400), refused.RetryAfter);
        Assert.Equal(RefusalReason.WaitersInLine, limiter.Peek("a").Reason);
        Assert.True(limiter.TryAcquire("b"));
        _clock.Advance(TimeSpan.FromMilliseconds(300));
        await wait;
        Assert.Equal(RefusalReason.NotEnoughPermits, limiter.Attempt("a").Reason);
    }

    [Fact(Timeout = 60_000)]
    public async Task A_wait_that_cannot_end_in_time_is_refused_at_once()
    {
        using KeyedLimiter limiter = new(1, 2, null, _clock);
        Assert.True(limiter.TryAcquire("a", 2));
        RateLimitTimeoutException late = await Assert.ThrowsAsync<RateLimitTimeoutException>(
            () => limiter.AcquireAsync("a", 2, 1.9 * s_second, TestContext.Current.CancellationToken).AsTask());
        Assert.Equal(RefusalReason.WaitTooLong, late.Decision.Reason);
        Assert.Equal(2 * s_second, late.Decision.RetryAfter);
        ValueTask<Permit> first = limiter.AcquireAsync("a", 2, 2 * s_second, TestContext.Current.CancellationToken);
        Assert.False(first.IsCompleted);
        Decision behind = await limiter.AttemptAsync("a", 2, 3.9 * s_second, TestContext.Current.CancellationToken);
        Assert.Equal(RefusalReason.WaitTooLong, behind.Reason);
        Assert.Equal(4 * s_second, behind.RetryAfter);
        ValueTask<Decision> second = limiter.AttemptAsync("a", 2, 4 * s_second, TestContext.Current.CancellationToken);
        Assert.False(second.IsCompleted);
        _clock.Advance(2 * s_second);
        await first;
        _clock.Advance(2 * s_second);
        Assert.True((await second).Allowed);
        Assert.Equal(2, limiter.GetMetrics().Timeouts);
    }

    [Fact(Timeout = 60_000)]
    public async Task A_line_of_several_windows_is_seen_to_be_too_long()
    {
        using KeyedLimiter limiter = KeyedLimiter.FixedWindow(2, s_second, null, _clock);
        Assert.True(limiter.TryAcquire("a"));
        _clock.Advance(0.5 * s_second);
        ValueTask<Decision>[] waits = new ValueTask<Decision>[4];
        for (int i = 0; i < 4; i++)
        {
            waits[i] = limiter.AttemptAsync("a", 2, (i + 0.5) * s_second, TestContext.Current.CancellationToken);
            Assert.False(waits[i].IsCompleted);
            Decision late = await limiter.AttemptAsync("a", 2, (i + 1.4) * s_second, TestContext.Current.CancellationToken);
            Assert.Equal(RefusalReason.WaitTooLong, late.Reason);
        }

        _clock.Advance(3.5 * s_second);
        foreach (ValueTask<Decision> wait in waits)
        {
            Assert.True((await wait).Allowed);
        }
    }

    [Fact(Timeout = 60_000)]
    public async Task A_cancelled_waiter_gives_its_place_up_at_once()
    {
        using KeyedLimiter limiter = new(1, 4, new KeyedLimiterOptions { QueueLimit = 2 }, _clock);
        Assert.True(limiter.TryAcquire("a", 4));
        using CancellationTokenSource cancellation = new();
        Task large = limiter.AcquireAsync("a", 4, cancellation.Token).AsTask();
        Task small = limiter.AcquireAsync("a").AsTask();
        RateLimitRejectedException full = await Assert.ThrowsAsync<RateLimitRejectedException>(() => limiter.AcquireAsync("a").AsTask());
        Assert.Equal(RefusalReason.QueueFull, full.Decision.Reason);
        _clock.Advance(2 * s_second);
        Assert.False(small.IsCompleted);
        await cancellation.CancelAsync();
        Assert.Equal(cancellation.Token, (await Assert.ThrowsAsync<OperationCanceledException>(() => large)).CancellationToken);
        await small;
        Assert.True(limiter.TryAcquire("a"));
        Assert.False(limiter.TryAcquire("a"));
        Assert.Equal(1, limiter.GetMetrics().Cancellations);
        Assert.Equal(0, limiter.GetMetrics().Waiting);
    }

    [Fact(Timeout = 60_000)]
    public async Task A_deadline_ends_a_wait_and_the_next_moves_up()
    {
        using KeyedLimiter limiter = KeyedLimiter.Concurrency(2, null, _clock);
        Assert.True(limiter.TryAcquire("a"));
        ValueTask<Decision> both = limiter.AttemptAsync("a", 2, s_second, TestContext.Current.CancellationToken);
        ValueTask<Permit> one = limiter.AcquireAsync("a", 1, TestContext.Current.CancellationToken);
        Assert.False(one.IsCompleted);
        _clock.Advance(s_second);
        Decision late = await both;
        Assert.Equal(RefusalReason.TimedOut, late.Reason);
        Assert.Equal(1, late.Waiting);
        await one;
        Assert.Equal(0, _clock.ActiveTimers);
        limiter.Release("a", 2);
        Assert.Throws<SemaphoreFullException>(() => limiter.Release("a"));
    }

    [Fact(Timeout = 60_000)]
    public async Task Slots_that_are_given_back_go_to_the_head_of_the_line()
    {
        using KeyedLimiter limiter = KeyedLimiter.Concurrency(2, null, _clock);
        Assert.True(limiter.TryAcquire("a", 2));
        ValueTask<Permit> first = limiter.AcquireAsync("a", 2);
        ValueTask<Permit> second = limiter.AcquireAsync("a");
        limiter.Release("a");
        Assert.False(limiter.TryAcquire("a"));
        Assert.False(first.IsCompleted);
        limiter.Release("a");
        await first;
        Assert.False(second.IsCompleted);
        limiter.Release("a");
        await second;
        Assert.False(limiter.TryAcquire("a"));
        limiter.Release("a", 2);
        limiter.ForgetUnused();
        Assert.Equal(0, limiter.Count);
    }

    [Fact(Timeout = 60_000)]
    public async Task A_refund_serves_the_line()
    {
        using KeyedLimiter limiter = KeyedLimiter.SlidingWindow(4, s_second, null, _clock);
        Assert.True(limiter.TryAcquire("a", 4));
        ValueTask<Permit> first = limiter.AcquireAsync("a", 2);
        limiter.Refund("a", 1);
        Assert.False(first.IsCompleted);
        limiter.Settle("a", 1, 0);
        await first;
        Assert.Equal(0, _clock.ActiveTimers);
    }

    [Fact(Timeout = 60_000)]
    public async Task Disposal_fails_those_who_wait()
    {
        KeyedLimiter limiter = new(1, 1, null, _clock);
        Assert.True(limiter.TryAcquire("a"));
        Task wait = limiter.AcquireAsync("a").AsTask();
        Task<Decision> attempt = limiter.AttemptAsync("a", 1, 10 * s_second, TestContext.Current.CancellationToken).AsTask();
        limiter.Dispose();
        await Assert.ThrowsAsync<ObjectDisposedException>(() => wait);
        await Assert.ThrowsAsync<ObjectDisposedException>(() => attempt);
        Assert.Throws<ObjectDisposedException>(() => { _ = limiter.AcquireAsync("a"); });
        Assert.Equal(0, _clock.LiveTimers);
        limiter.Dispose();
    }

    [Fact(Timeout = 60_000)]
    public async Task A_new_key_without_room_is_not_waited_for()
    {
        using KeyedLimiter limiter = new(1e-3, 1, new KeyedLimiterOptions { MaxKeys = 64, Overflow = KeyOverflow.Refuse }, _clock);
        for (int i = 0; i < 64; i++)
        {
            Assert.True(limiter.TryAcquire((long)i));
        }

        RateLimitRejectedException refused = await Assert.ThrowsAsync<RateLimitRejectedException>(() => limiter.AcquireAsync("new").AsTask());
        Assert.Equal(RefusalReason.TooManyKeys, refused.Decision.Reason);
        Assert.Equal(0, limiter.GetMetrics().Waiting);
        Assert.Equal(0, _clock.ActiveTimers);
    }

    [Fact(Timeout = 60_000)]
    public async Task Asking_for_nothing_waits_until_one_would_be_granted()
    {
        using KeyedLimiter limiter = new(1, 1, null, _clock);
        await limiter.AcquireAsync("a", 0);
        Assert.True(limiter.TryAcquire("a"));
        ValueTask<Permit> wait = limiter.AcquireAsync("a", 0);
        Assert.False(wait.IsCompleted);
        _clock.Advance(s_second);
        await wait;
        Assert.True(limiter.TryAcquire("a"));
    }

    [Fact(Timeout = 60_000)]
    public async Task Zero_as_timeout_does_not_wait()
    {
        using KeyedLimiter limiter = new(1, 1, null, _clock);
        await limiter.AcquireAsync("a", 1, TimeSpan.Zero, TestContext.Current.CancellationToken);
        RateLimitTimeoutException late = await Assert.ThrowsAsync<RateLimitTimeoutException>(
            () => limiter.AcquireAsync("a", 1, TimeSpan.Zero, TestContext.Current.CancellationToken).AsTask());
        Assert.Equal(RefusalReason.NotEnoughPermits, late.Decision.Reason);
        Assert.Equal(RefusalReason.NotEnoughPermits, (await limiter.AttemptAsync("a", 1, TimeSpan.Zero, TestContext.Current.CancellationToken)).Reason);
        Assert.Equal(2, limiter.GetMetrics().Refusals);
        Assert.Throws<ArgumentOutOfRangeException>(() => { _ = limiter.AcquireAsync("a", 1, TimeSpan.FromTicks(-2), TestContext.Current.CancellationToken); });
        Assert.Throws<ArgumentOutOfRangeException>(() => { _ = limiter.AcquireAsync("a", 2, TestContext.Current.CancellationToken); });
    }

    [Fact]
    public void Permits_that_are_there_cost_a_waiting_call_no_memory()
    {
        using KeyedLimiter limiter = new(1e9, 1_000_000, null, _clock);
        Take();
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 100; i++)
        {
            Take();
        }

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);

        void Take()
        {
            ValueTask<Permit> wait = limiter.AcquireAsync("a");
            Assert.True(wait.IsCompletedSuccessfully);
            ValueTask<Decision> attempt = limiter.AttemptAsync("a", 1, s_second, TestContext.Current.CancellationToken);
            Assert.True(attempt.IsCompletedSuccessfully && attempt.Result.Allowed);
        }
    }
}
