namespace RateSync.Fast.Tests.Property.Regressions;

public sealed class TimerTests
{
    [Fact]
    public async Task Waits_longer_than_timers_take_are_served_in_time_and_in_order()
    {
        StrictTimers clock = new();
        using TokenBucket bucket = new(1.0 / 86_400, 100, null, clock);
        Assert.True(bucket.TryAcquire(100));
        ValueTask<Permit> first = bucket.AcquireAsync(60);
        ValueTask<Permit> second = bucket.AcquireAsync(1);
        ValueTask<Decision> third = bucket.AttemptAsync(30, TimeSpan.FromDays(100));
        clock.Inner.Advance(TimeSpan.FromDays(60) - TimeSpan.FromSeconds(1));
        Assert.Equal(3, bucket.GetState().Waiting);
        clock.Inner.Advance(TimeSpan.FromSeconds(2));
        Assert.Equal(2, bucket.GetState().Waiting);
        clock.Inner.Advance(TimeSpan.FromDays(1));
        Assert.Equal(1, bucket.GetState().Waiting);
        clock.Inner.Advance(TimeSpan.FromDays(30));
        Assert.Equal(0, bucket.GetState().Waiting);
        Assert.Equal(60, (await first).Permits);
        Assert.Equal(1, (await second).Permits);
        Assert.True((await third).Allowed);
    }

    [Fact]
    public async Task Timeouts_longer_than_timers_take_end_in_time()
    {
        StrictTimers clock = new();
        using TicketSemaphore semaphore = new(1, null, clock);
        Permit held = await semaphore.AcquireAsync();
        ValueTask<Decision> wait = semaphore.AttemptAsync(1, TimeSpan.FromDays(120));
        clock.Inner.Advance(TimeSpan.FromDays(119));
        Assert.Equal(1, semaphore.GetState().Waiting);
        clock.Inner.Advance(TimeSpan.FromDays(2));
        Assert.Equal(0, semaphore.GetState().Waiting);
        Assert.Equal(RefusalReason.TimedOut, (await wait).Reason);
        held.Dispose();
    }

    [Theory]
    [InlineData(0)]
    [InlineData(3)]
    public async Task A_timer_that_could_not_be_set_once_leaves_nobody_unserved_and_costs_no_permits(int secondsBetween)
    {
        StrictTimers clock = new();
        using TokenBucket bucket = new(1, 10, null, clock);
        Assert.True(bucket.TryAcquire(10));
        clock.Failures = 1;
        await Assert.ThrowsAsync<IOException>(async () => await bucket.AcquireAsync(5));
        Assert.Equal(0, clock.Failures);
        clock.Inner.Advance(TimeSpan.FromSeconds(secondsBetween));

        // Who was told of the failure does not wait any more.
        Assert.Equal(0, bucket.GetState().Waiting);
        ValueTask<Permit> wait = bucket.AcquireAsync(5);
        Assert.Equal(1, bucket.GetState().Waiting);
        clock.Inner.Advance(TimeSpan.FromSeconds(5 - secondsBetween));
        Assert.Equal(0, bucket.GetState().Waiting);
        Assert.Equal(5, (await wait).Permits);
        clock.Inner.Advance(TimeSpan.FromSeconds(10));
        Assert.Equal(10, bucket.GetState().Remaining);
        Assert.True(bucket.TryAcquire(10));
    }

    [Fact]
    public async Task A_timeout_whose_timer_could_not_be_set_takes_no_slot()
    {
        StrictTimers clock = new();
        using TicketSemaphore semaphore = new(2, null, clock);
        Permit held = await semaphore.AcquireAsync(2);
        clock.Failures = 1;
        await Assert.ThrowsAsync<IOException>(async () => await semaphore.AcquireAsync(1, TimeSpan.FromSeconds(3)));
        Assert.Equal(0, semaphore.GetState().Waiting);
        ValueTask<Decision> wait = semaphore.AttemptAsync(1, TimeSpan.FromSeconds(3));
        clock.Inner.Advance(TimeSpan.FromSeconds(3));
        Assert.Equal(RefusalReason.TimedOut, (await wait).Reason);
        held.Dispose();
        Assert.True(semaphore.TryAcquire(2));
    }
}
