using System.Threading.RateLimiting;

namespace RateSync.Fast.Tests.Platform.Contract;

/// <summary>
/// What everybody who uses a <see cref="RateLimiter"/> may count on. Tried on the platform's limiters too, so that it is their contract
/// that ours are held to, and not our reading of it.
/// </summary>
public abstract class RateLimiterContract
{
    protected static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    /// <summary>Makes a limiter with nothing taken.</summary>
    protected abstract Subject Make(int limit, int queueLimit = 0, QueueProcessingOrder order = QueueProcessingOrder.OldestFirst);

    [Fact]
    public void Grants_its_limit_and_no_more()
    {
        using Subject subject = Make(3);
        for (int i = 0; i < 3; i++)
        {
            Assert.True(subject.Take().IsAcquired);
        }

        Assert.False(subject.Take().IsAcquired);
        subject.Restore();
        Assert.True(subject.Take().IsAcquired);
    }

    [Fact]
    public void Several_permits_are_all_or_nothing()
    {
        using Subject subject = Make(5);
        Assert.True(subject.Take(3).IsAcquired);
        Assert.False(subject.Take(3).IsAcquired);
        Assert.True(subject.Take(2).IsAcquired);
        Assert.False(subject.Take().IsAcquired);
    }

    [Fact]
    public async Task What_is_there_is_had_without_waiting()
    {
        using Subject subject = Make(2);
        ValueTask<RateLimitLease> wait = subject.Limiter.AcquireAsync(2);
        Assert.True(wait.IsCompletedSuccessfully);
        Assert.True((await wait).IsAcquired);
        wait = subject.Limiter.AcquireAsync();
        Assert.True(wait.IsCompletedSuccessfully);
        Assert.False((await wait).IsAcquired);
    }

    [Fact]
    public async Task More_than_the_limit_is_a_mistake_of_the_caller()
    {
        using Subject subject = Make(5, 10);
        Assert.Equal(6, Assert.Throws<ArgumentOutOfRangeException>(() => subject.Limiter.AttemptAcquire(6)).ActualValue);
        ArgumentOutOfRangeException mistake =
            await Assert.ThrowsAsync<ArgumentOutOfRangeException>(async () => await subject.Limiter.AcquireAsync(6));
        Assert.Equal(6, mistake.ActualValue);
        Assert.Throws<ArgumentOutOfRangeException>(() => subject.Limiter.AttemptAcquire(-1));
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(async () => await subject.Limiter.AcquireAsync(-1));
    }

    [Fact]
    public async Task Zero_permits_ask_whether_anything_is_left()
    {
        using Subject subject = Make(1);
        Assert.True(subject.Take(0).IsAcquired);
        Assert.True((await subject.WaitAsync(0)).IsAcquired);
        Assert.Equal(1, subject.Limiter.GetStatistics()!.CurrentAvailablePermits);
        Assert.True(subject.Take().IsAcquired);
        Assert.False(subject.Take(0).IsAcquired);
    }

    [Fact]
    public async Task Zero_permits_wait_until_something_is_left_and_take_no_room_in_line()
    {
        using Subject subject = Make(1);
        subject.Take();
        Task<RateLimitLease> zero = subject.WaitAsync(0);
        Assert.False(zero.IsCompleted);
        Assert.Equal(0, subject.Limiter.GetStatistics()!.CurrentQueuedCount);
        subject.Restore();
        Assert.True((await zero.WaitAsync(Patience)).IsAcquired);
        Assert.True(subject.Take().IsAcquired);
    }

    [Fact]
    public async Task Oldest_first_serves_in_the_order_of_arrival()
    {
        using Subject subject = Make(1, 3);
        subject.Take();
        Task<RateLimitLease>[] waits = [subject.WaitAsync(), subject.WaitAsync(), subject.WaitAsync()];
        for (int i = 0; i < waits.Length; i++)
        {
            Assert.All(waits[i..], static wait => Assert.False(wait.IsCompleted));
            subject.Restore();
            Assert.True((await waits[i].WaitAsync(Patience)).IsAcquired);
        }
    }

    [Fact]
    public async Task Newest_first_serves_against_the_order_of_arrival()
    {
        using Subject subject = Make(1, 3, QueueProcessingOrder.NewestFirst);
        subject.Take();
        Task<RateLimitLease>[] waits = [subject.WaitAsync(), subject.WaitAsync(), subject.WaitAsync()];
        for (int i = waits.Length - 1; i >= 0; i--)
        {
            Assert.All(waits[..(i + 1)], static wait => Assert.False(wait.IsCompleted));
            subject.Restore();
            Assert.True((await waits[i].WaitAsync(Patience)).IsAcquired);
        }
    }

    [Fact]
    public async Task Oldest_first_a_large_request_holds_up_small_ones_behind_it()
    {
        using Subject subject = Make(2, 5);
        subject.Take();
        Task<RateLimitLease> two = subject.WaitAsync(2);
        Task<RateLimitLease> one = subject.WaitAsync();
        Assert.False(subject.Take().IsAcquired);
        Assert.False(two.IsCompleted);
        Assert.False(one.IsCompleted);
        subject.Restore();
        Assert.True((await two.WaitAsync(Patience)).IsAcquired);

        // Where permits come back one by one, the last of them may have come for this one by now.
        subject.Restore();
        Assert.True((await one.WaitAsync(Patience)).IsAcquired);
    }

    [Fact]
    public async Task Newest_first_requests_of_different_sizes_take_turns()
    {
        using Subject subject = Make(2, 10, QueueProcessingOrder.NewestFirst);
        subject.Take(2);
        Task<RateLimitLease> first = subject.WaitAsync(2);
        Task<RateLimitLease> second = subject.WaitAsync(1);
        Task<RateLimitLease> third = subject.WaitAsync(2);
        subject.Restore();
        Assert.True((await third.WaitAsync(Patience)).IsAcquired);
        Assert.False(second.IsCompleted);
        subject.Restore();
        Assert.True((await second.WaitAsync(Patience)).IsAcquired);
        Assert.False(first.IsCompleted);
        subject.Restore();
        Assert.True((await first.WaitAsync(Patience)).IsAcquired);
    }

    [Fact]
    public async Task A_full_line_refuses_at_once()
    {
        using Subject subject = Make(1, 2);
        subject.Take();
        Task<RateLimitLease> first = subject.WaitAsync();
        Task<RateLimitLease> second = subject.WaitAsync();
        Assert.Equal(2, subject.Limiter.GetStatistics()!.CurrentQueuedCount);
        Task<RateLimitLease> third = subject.WaitAsync();
        Assert.True(third.IsCompletedSuccessfully);
        Assert.False((await third).IsAcquired);
        subject.Restore();
        Assert.True((await first.WaitAsync(Patience)).IsAcquired);
        Task<RateLimitLease> fourth = subject.WaitAsync();
        subject.Restore();
        Assert.True((await second.WaitAsync(Patience)).IsAcquired);
        subject.Restore();
        Assert.True((await fourth.WaitAsync(Patience)).IsAcquired);
    }

    [Fact]
    public async Task Newest_first_a_full_line_loses_its_oldest()
    {
        using Subject subject = Make(1, 2, QueueProcessingOrder.NewestFirst);
        subject.Take();
        Task<RateLimitLease> first = subject.WaitAsync();
        Task<RateLimitLease> second = subject.WaitAsync();
        Task<RateLimitLease> third = subject.WaitAsync();
        Assert.False((await first.WaitAsync(Patience)).IsAcquired);
        Assert.False(second.IsCompleted);
        subject.Restore();
        Assert.True((await third.WaitAsync(Patience)).IsAcquired);
        subject.Restore();
        Assert.True((await second.WaitAsync(Patience)).IsAcquired);
    }

    [Fact]
    public async Task Newest_first_as_many_go_as_the_newcomer_needs_room_for()
    {
        using Subject subject = Make(2, 3, QueueProcessingOrder.NewestFirst);
        subject.Take(2);
        Task<RateLimitLease>[] ones = [subject.WaitAsync(), subject.WaitAsync(), subject.WaitAsync()];
        Task<RateLimitLease> two = subject.WaitAsync(2);
        Assert.False((await ones[0].WaitAsync(Patience)).IsAcquired);
        Assert.False((await ones[1].WaitAsync(Patience)).IsAcquired);
        Assert.False(ones[2].IsCompleted);
        Assert.Equal(3, subject.Limiter.GetStatistics()!.CurrentQueuedCount);
        Assert.Equal(2, subject.Limiter.GetStatistics()!.TotalFailedLeases);
        subject.Restore();
        Assert.True((await two.WaitAsync(Patience)).IsAcquired);
        subject.Restore();
        Assert.True((await ones[2].WaitAsync(Patience)).IsAcquired);
    }

    [Theory]
    [InlineData(QueueProcessingOrder.OldestFirst)]
    [InlineData(QueueProcessingOrder.NewestFirst)]
    public async Task More_than_the_line_holds_is_refused_at_once_and_nobody_goes_for_it(QueueProcessingOrder order)
    {
        using Subject subject = Make(2, 1, order);
        subject.Take(2);
        Task<RateLimitLease> one = subject.WaitAsync();
        Task<RateLimitLease> two = subject.WaitAsync(2);
        Assert.True(two.IsCompletedSuccessfully);
        Assert.False((await two).IsAcquired);
        Assert.False(one.IsCompleted);
        Assert.Equal(1, subject.Limiter.GetStatistics()!.CurrentQueuedCount);
    }

    [Fact]
    public async Task A_token_that_is_cancelled_already_is_not_waited_with()
    {
        using Subject subject = Make(1, 1);
        using CancellationTokenSource source = new();
        await source.CancelAsync();
        TaskCanceledException cancelled =
            await Assert.ThrowsAsync<TaskCanceledException>(async () => await subject.Limiter.AcquireAsync(1, source.Token));
        Assert.Equal(source.Token, cancelled.CancellationToken);
        Assert.Equal(1, subject.Limiter.GetStatistics()!.CurrentAvailablePermits);
    }

    [Theory]
    [InlineData(QueueProcessingOrder.OldestFirst)]
    [InlineData(QueueProcessingOrder.NewestFirst)]
    public async Task Cancellation_makes_room_at_once(QueueProcessingOrder order)
    {
        using Subject subject = Make(1, 1, order);
        subject.Take();
        using CancellationTokenSource source = new();
        Task<RateLimitLease> first = subject.WaitAsync(1, source.Token);
        Assert.Equal(1, subject.Limiter.GetStatistics()!.CurrentQueuedCount);
#pragma warning disable CA1849, VSTHRD103 // What holds when Cancel returns is the point.
        source.Cancel();
#pragma warning restore CA1849, VSTHRD103
        Assert.Equal(0, subject.Limiter.GetStatistics()!.CurrentQueuedCount);
        Task<RateLimitLease> second = subject.WaitAsync();
        Assert.False(second.IsCompleted);
        TaskCanceledException cancelled = await Assert.ThrowsAsync<TaskCanceledException>(() => first.WaitAsync(Patience));
        Assert.Equal(source.Token, cancelled.CancellationToken);
        subject.Restore();
        Assert.True((await second.WaitAsync(Patience)).IsAcquired);
    }

    [Theory]
    [InlineData(QueueProcessingOrder.OldestFirst, 0)]
    [InlineData(QueueProcessingOrder.OldestFirst, 1)]
    [InlineData(QueueProcessingOrder.OldestFirst, 2)]
    [InlineData(QueueProcessingOrder.NewestFirst, 0)]
    [InlineData(QueueProcessingOrder.NewestFirst, 1)]
    [InlineData(QueueProcessingOrder.NewestFirst, 2)]
    public async Task Whoever_is_cancelled_the_others_get_theirs(QueueProcessingOrder order, int who)
    {
        using Subject subject = Make(2, 10, order);
        subject.Take(2);
        using CancellationTokenSource source = new();
        List<Task<RateLimitLease>> waits =
        [
            subject.WaitAsync(2, who == 0 ? source.Token : default),
            subject.WaitAsync(1, who == 1 ? source.Token : default),
            subject.WaitAsync(2, who == 2 ? source.Token : default),
        ];
        await source.CancelAsync();
        await Assert.ThrowsAsync<TaskCanceledException>(() => waits[who].WaitAsync(Patience));
        waits.RemoveAt(who);
        if (order == QueueProcessingOrder.NewestFirst)
        {
            waits.Reverse();
        }

        foreach (Task<RateLimitLease> wait in waits)
        {
            subject.Restore();
            Assert.True((await wait.WaitAsync(Patience)).IsAcquired);
        }
    }

    [Theory]
    [InlineData(QueueProcessingOrder.OldestFirst)]
    [InlineData(QueueProcessingOrder.NewestFirst)]
    public async Task Disposal_fails_those_who_wait_and_whoever_comes_later(QueueProcessingOrder order)
    {
        using Subject subject = Make(1, 3, order);
        RateLimitLease held = subject.Take();
        Task<RateLimitLease>[] waits = [subject.WaitAsync(), subject.WaitAsync(), subject.WaitAsync()];
        subject.Limiter.Dispose();
        foreach (Task<RateLimitLease> wait in waits)
        {
            Assert.False((await wait.WaitAsync(Patience)).IsAcquired);
        }

        Assert.Throws<ObjectDisposedException>(() => subject.Limiter.AttemptAcquire());
        Assert.Throws<ObjectDisposedException>(() => subject.Limiter.AttemptAcquire(0));
        Assert.Throws<ObjectDisposedException>(() => subject.Limiter.GetStatistics());
        await Assert.ThrowsAsync<ObjectDisposedException>(async () => await subject.Limiter.AcquireAsync());
        held.Dispose();
        subject.Limiter.Dispose();
        await subject.Limiter.DisposeAsync();
    }

    [Fact]
    public async Task Asynchronous_disposal_is_disposal()
    {
        using Subject subject = Make(1, 1);
        subject.Take();
        Task<RateLimitLease> wait = subject.WaitAsync();
        await subject.Limiter.DisposeAsync();
        Assert.False((await wait.WaitAsync(Patience)).IsAcquired);
        Assert.Throws<ObjectDisposedException>(() => subject.Limiter.AttemptAcquire());
    }

    [Fact]
    public async Task Statistics_are_exact()
    {
        using Subject subject = Make(10, 5);
        AssertStatistics(subject, available: 10, queued: 0, granted: 0, refused: 0);
        subject.Take(4);
        AssertStatistics(subject, available: 6, queued: 0, granted: 1, refused: 0);
        subject.Take(6);
        subject.Take();
        AssertStatistics(subject, available: 0, queued: 0, granted: 2, refused: 1);
        Task<RateLimitLease> two = subject.WaitAsync(2);
        Task<RateLimitLease> three = subject.WaitAsync(3);
        AssertStatistics(subject, available: 0, queued: 5, granted: 2, refused: 1);
        Assert.False((await subject.WaitAsync()).IsAcquired);
        AssertStatistics(subject, available: 0, queued: 5, granted: 2, refused: 2);
        subject.Restore();
        await two.WaitAsync(Patience);
        await three.WaitAsync(Patience);
        AssertStatistics(subject, available: 5, queued: 0, granted: 4, refused: 2);
        subject.Restore();
        AssertStatistics(subject, available: 10, queued: 0, granted: 4, refused: 2);
    }

    [Fact]
    public void Probes_count_in_the_statistics_as_any_other_call()
    {
        using Subject subject = Make(1);
        subject.Take(0);
        subject.Take();
        subject.Take(0);
        AssertStatistics(subject, available: 0, queued: 0, granted: 2, refused: 1);
    }

    [Fact]
    public async Task Cancelled_waits_count_as_neither_granted_nor_refused()
    {
        using Subject subject = Make(1, 1);
        subject.Take();
        using CancellationTokenSource source = new();
        Task<RateLimitLease> wait = subject.WaitAsync(1, source.Token);
        await source.CancelAsync();
        await Assert.ThrowsAsync<TaskCanceledException>(() => wait.WaitAsync(Patience));
        AssertStatistics(subject, available: 0, queued: 0, granted: 1, refused: 0);
    }

    [Fact]
    public async Task Idle_only_while_full_and_nobody_waits()
    {
        using Subject subject = Make(2, 2);
        Assert.NotNull(subject.Limiter.IdleDuration);
        subject.Take();
        Assert.Null(subject.Limiter.IdleDuration);
        Task<RateLimitLease> wait = subject.WaitAsync(2);
        Assert.Null(subject.Limiter.IdleDuration);
        subject.Restore();
        await wait.WaitAsync(Patience);
        Assert.Null(subject.Limiter.IdleDuration);
        subject.Restore();
        Assert.NotNull(subject.Limiter.IdleDuration);
    }

    [Fact]
    public void A_lease_can_be_disposed_of_many_times()
    {
        using Subject subject = Make(2);
        RateLimitLease first = subject.Take();
        subject.Take();
        first.Dispose();
        first.Dispose();
        long left = subject.Limiter.GetStatistics()!.CurrentAvailablePermits;
        Assert.InRange(left, 0, 1);
        Assert.False(subject.Take(2).IsAcquired);
    }

    [Fact]
    public async Task Continuations_run_outside_the_limiter()
    {
        using Subject subject = Make(1, 2);
        subject.Take();
        Task<RateLimitLease> wait = subject.WaitAsync();
        // Comes back into the limiter from a continuation, which must not find it locked.
        Task<RateLimitLease> chain = Task.Run(async () =>
        {
            (await wait).Dispose();
            return subject.Take(0);
        });
        subject.Restore();
        await chain.WaitAsync(Patience);
    }

    private static void AssertStatistics(Subject subject, long available, long queued, long granted, long refused)
    {
        RateLimiterStatistics now = subject.Limiter.GetStatistics()!;
        Assert.Equal(
            (available, queued, granted, refused),
            (now.CurrentAvailablePermits, now.CurrentQueuedCount, now.TotalSuccessfulLeases, now.TotalFailedLeases));
    }
}
