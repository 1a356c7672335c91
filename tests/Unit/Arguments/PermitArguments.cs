using RateSync.Fast.Tests.Shared;

namespace RateSync.Fast.Tests.Unit.Arguments;

public class PermitArguments
{
    private readonly ManualClock _clock = new();

    [Theory]
    [MemberData(nameof(AllLimiters.Names), MemberType = typeof(AllLimiters))]
    public void Permits_that_no_wait_could_ever_bring_are_refused_at_once_and_take_nothing(string name)
    {
        using Limiter limiter = AllLimiters.Create(name, _clock);
        LimiterState before = limiter.GetState();
        string allowed = $"from 0 to {limiter.Limit}";
        foreach (int permits in (int[])[-1, int.MinValue, (int)limiter.Limit + 1, int.MaxValue])
        {
            Expect.OutOfRange("permits", permits, allowed, () => limiter.TryAcquire(permits));
            Expect.OutOfRange("permits", permits, allowed, () => limiter.TryAcquire(out _, permits));
            Expect.OutOfRange("permits", permits, allowed, () => limiter.Attempt(permits));
            Expect.OutOfRange("permits", permits, allowed, () => limiter.Peek(permits));

            // Synchronously: not when the task is awaited, which may be never.
            Expect.OutOfRange("permits", permits, allowed, () => _ = limiter.AcquireAsync(permits).AsTask());
            Expect.OutOfRange("permits", permits, allowed, () => _ = limiter.AcquireAsync(permits, TimeSpan.Zero).AsTask());
            Expect.OutOfRange("permits", permits, allowed, () => _ = limiter.AttemptAsync(permits, TimeSpan.Zero).AsTask());
        }

        Assert.Equal(before, limiter.GetState());
        Assert.Equal(0, limiter.GetMetrics().TotalPermits);
    }

    [Theory]
    [MemberData(nameof(AllLimiters.Names), MemberType = typeof(AllLimiters))]
    public void Timeouts_must_not_be_negative_unless_infinite(string name)
    {
        using Limiter limiter = AllLimiters.Create(name, _clock);
        LimiterState before = limiter.GetState();
        foreach (TimeSpan timeout in (TimeSpan[])[TimeSpan.FromTicks(-1), TimeSpan.FromSeconds(-1), TimeSpan.MinValue])
        {
            Expect.OutOfRange("timeout", timeout, "zero or more", () => _ = limiter.AcquireAsync(1, timeout).AsTask());
            Expect.OutOfRange("timeout", timeout, "zero or more", () => _ = limiter.AttemptAsync(1, timeout).AsTask());
        }

        Assert.Equal(before, limiter.GetState());
    }

    [Theory]
    [MemberData(nameof(AllLimiters.Names), MemberType = typeof(AllLimiters))]
    public async Task The_longest_timeouts_are_taken(string name)
    {
        await using Limiter limiter = AllLimiters.Create(name, _clock);
        using Permit first = await limiter.AcquireAsync(1, TimeSpan.MaxValue, TestContext.Current.CancellationToken);
        while (limiter.TryAcquire())
        {
        }

        ValueTask<Decision> waiting = limiter.AttemptAsync(1, TimeSpan.MaxValue, CancellationToken.None);
        Assert.False(waiting.IsCompleted);
        await limiter.DisposeAsync();
        await Assert.ThrowsAsync<ObjectDisposedException>(async () => await waiting);
    }

    [Theory]
    [MemberData(nameof(AllLimiters.Names), MemberType = typeof(AllLimiters))]
    public async Task Zero_permits_ask_whether_one_would_be_granted_and_take_nothing(string name)
    {
        using Limiter limiter = AllLimiters.Create(name, _clock);
        LimiterState before = limiter.GetState();
        await AllSayAsync(limiter, true);
        Assert.Equal(before, limiter.GetState());

        while (limiter.TryAcquire())
        {
        }

        before = limiter.GetState();
        await AllSayAsync(limiter, false);
        Assert.Equal(before, limiter.GetState());

        static async Task AllSayAsync(Limiter limiter, bool expected)
        {
            Assert.Equal(expected, limiter.TryAcquire(0));
            Assert.Equal(expected, limiter.TryAcquire(out Permit permit, 0));
            permit.Dispose();
            Assert.Equal(expected, limiter.Attempt(0).Allowed);
            Assert.Equal(expected, limiter.Peek(0).Allowed);
            Assert.Equal(expected, limiter.Peek().Allowed);
            Decision decision = await limiter.AttemptAsync(0, TimeSpan.Zero, TestContext.Current.CancellationToken);
            Assert.Equal(expected, decision.Allowed);
            decision.Permit.Dispose();
        }
    }

    [Theory]
    [MemberData(nameof(AllLimiters.Names), MemberType = typeof(AllLimiters))]
    public void A_token_cancelled_beforehand_cancels_and_takes_nothing(string name)
    {
        using Limiter limiter = AllLimiters.Create(name, _clock);
        using CancellationTokenSource source = new();
        source.Cancel();
        LimiterState before = limiter.GetState();

        Assert.True(limiter.AcquireAsync(source.Token).IsCanceled);
        Assert.True(limiter.AcquireAsync(1, source.Token).IsCanceled);
        Assert.True(limiter.AcquireAsync(1, TimeSpan.Zero, source.Token).IsCanceled);
        Assert.True(limiter.AttemptAsync(1, TimeSpan.Zero, source.Token).IsCanceled);
        OperationCanceledException thrown = Assert.ThrowsAny<OperationCanceledException>(
            () => limiter.AcquireAsync(source.Token).GetAwaiter().GetResult());
        Assert.Equal(source.Token, thrown.CancellationToken);
        Assert.Equal(before, limiter.GetState());
    }

    [Theory]
    [MemberData(nameof(AllLimiters.Names), MemberType = typeof(AllLimiters))]
    public void A_disposed_limiter_says_so_and_is_disposed_of_twice_without_harm(string name)
    {
        Limiter limiter = AllLimiters.Create(name, _clock);
        limiter.Dispose();
        limiter.Dispose();
        Assert.Throws<ObjectDisposedException>(() => limiter.TryAcquire());
        Assert.Throws<ObjectDisposedException>(() => limiter.TryAcquire(1));
        Assert.Throws<ObjectDisposedException>(() => limiter.TryAcquire(0));
        Assert.Throws<ObjectDisposedException>(() => limiter.TryAcquire(out _));
        Assert.Throws<ObjectDisposedException>(() => limiter.TryAcquire(out _, 0));
        Assert.Throws<ObjectDisposedException>(() => limiter.Attempt());
        Assert.Throws<ObjectDisposedException>(() => limiter.Attempt(0));
        Assert.Throws<ObjectDisposedException>(() => limiter.Peek());
        Assert.Throws<ObjectDisposedException>(() => limiter.AcquireAsync().AsTask().GetAwaiter().GetResult());
        Assert.Throws<ObjectDisposedException>(() => limiter.AcquireAsync(0).AsTask().GetAwaiter().GetResult());
        Assert.Throws<ObjectDisposedException>(() => limiter.AcquireAsync(1, TimeSpan.Zero).AsTask().GetAwaiter().GetResult());
        ObjectDisposedException thrown = Assert.Throws<ObjectDisposedException>(
            () => limiter.AttemptAsync(1, TimeSpan.Zero).AsTask().GetAwaiter().GetResult());
        Assert.Contains(limiter.GetType().Name, thrown.ObjectName, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(AllLimiters.Names), MemberType = typeof(AllLimiters))]
    public void Releases_must_be_of_at_least_one(string name)
    {
        using Limiter limiter = AllLimiters.Create(name, _clock);
        LimiterState before = limiter.GetState();
        Expect.OutOfRange("permits", 0, "at least 1", () => limiter.Release(0));
        Expect.OutOfRange("permits", -1, "at least 1", () => limiter.Release(-1));
        Assert.Equal(before, limiter.GetState());
    }

    [Fact]
    public void Slots_that_nobody_has_cannot_be_given_back()
    {
        TicketSemaphore semaphore = new(10);
        Assert.True(semaphore.TryAcquire(3));
        Assert.Throws<SemaphoreFullException>(() => semaphore.Release(4));
        Assert.Equal(7, semaphore.Available);
        semaphore.Release(3);
        Assert.Throws<SemaphoreFullException>(() => semaphore.Release());
        Assert.Throws<SemaphoreFullException>(semaphore.Exit);
        Assert.Equal(10, semaphore.Available);
    }

    [Theory]
    [MemberData(nameof(AllLimiters.OfRates), MemberType = typeof(AllLimiters))]
    public void Refunds_and_settlements_must_fit_the_permit(string name)
    {
        using Limiter limiter = AllLimiters.Create(name, _clock);
        int all = (int)limiter.Limit;
        Assert.True(limiter.TryAcquire(out Permit permit, all));
        LimiterState before = limiter.GetState();
        Expect.OutOfRange("permits", -1, "non-negative", () => permit.Refund(-1));
        Expect.OutOfRange("permits", all + 1, $"less than or equal to '{all}'", () => permit.Refund(all + 1));
        Expect.OutOfRange("actualPermits", -1, "non-negative", () => permit.Settle(-1));
        Assert.Equal(before, limiter.GetState());
    }

    [Fact]
    public void An_empty_permit_is_harmless_and_has_nothing_to_settle()
    {
        Permit empty = default;
        empty.Dispose();
        empty.Refund(0);
        empty.Settle(0);
        Assert.Null(empty.Limiter);
        Assert.Throws<ArgumentOutOfRangeException>(() => empty.Refund(1));
        Assert.Throws<InvalidOperationException>(() => empty.Settle(1));
    }

    [Fact]
    public void Observed_latencies_must_not_be_negative()
    {
        AdaptiveSemaphore semaphore = new();
        Expect.OutOfRange("latency", TimeSpan.FromSeconds(-1), "not be negative", () => semaphore.Observe(TimeSpan.FromSeconds(-1)));
    }
}
