using RateSync.Fast.Tests.Shared;

namespace RateSync.Fast.Tests.Unit.Behaviour;

/// <summary>What limiters say about themselves.</summary>
public class Figures
{
    private readonly ManualClock _clock = new();

    [Fact]
    public async Task A_buckets_figures_count_what_happened()
    {
        TokenBucket bucket = new(1, 4, new() { Id = "api" }, _clock);
        Assert.True(bucket.TryAcquire());
        Assert.True(bucket.TryAcquire(3));
        Assert.False(bucket.TryAcquire());
        ValueTask<Permit> wait = bucket.AcquireAsync(TestContext.Current.CancellationToken);
        ValueTask<Permit> late = bucket.AcquireAsync(1, TimeSpan.FromMilliseconds(2500), TestContext.Current.CancellationToken);
        using CancellationTokenSource source = new();
        ValueTask<Permit> gone = bucket.AcquireAsync(source.Token);
        Assert.Equal(3, bucket.GetMetrics().Waiting);
        source.Cancel();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await gone);
        _clock.Advance(TimeSpan.FromSeconds(1));
        await wait;
        _clock.Advance(TimeSpan.FromSeconds(1));
        await late;

        // A wait that cannot end in time is refused before it begins.
        await Assert.ThrowsAsync<RateLimitTimeoutException>(async () => await bucket.AcquireAsync(2, TimeSpan.FromSeconds(1)));

        LimiterMetrics metrics = bucket.GetMetrics();
        Assert.Equal("api", metrics.LimiterId);
        Assert.Equal(4, metrics.TotalAcquisitions);
        Assert.Equal(6, metrics.TotalPermits);
        Assert.Equal(1, metrics.Cancellations);
        Assert.Equal(1, metrics.Timeouts);
        Assert.Equal(2, metrics.TotalWaits);
        Assert.Equal(3000, metrics.TotalWaitTimeMs, 1.0);
        Assert.Equal(2000, metrics.MaxWaitTimeMs, 1.0);
        Assert.Equal(750, metrics.AvgWaitTimeMs, 1.0);
        Assert.Equal(0, metrics.Waiting);
        Assert.Equal(0, metrics.CurrentConcurrent);
        Assert.Equal(_clock.GetUtcNow(), metrics.LastAcquisitionAt);
    }

    [Fact]
    public void A_semaphores_figures_count_who_is_in()
    {
        TicketSemaphore semaphore = new(3, new() { Id = "db" }, _clock);
        Assert.True(semaphore.TryEnter());
        Assert.True(semaphore.TryAcquire(2));
        Assert.False(semaphore.TryEnter());
        semaphore.Exit();
        LimiterMetrics metrics = semaphore.GetMetrics();
        Assert.Equal(2, metrics.CurrentConcurrent);
        Assert.Equal(1, metrics.TotalReleases);
        Assert.Equal(2, metrics.TotalAcquisitions);
        Assert.Equal(3, metrics.TotalPermits);
        Assert.Equal(1, metrics.Refusals);
    }

    [Fact]
    public void A_limiter_that_did_nothing_says_nothing()
    {
        LimiterMetrics metrics = new TokenBucket(1, 1, timeProvider: _clock).GetMetrics();
        Assert.Equal(0, metrics.AvgWaitTimeMs);
        Assert.Null(metrics.LastAcquisitionAt);
        Assert.Equal(0, metrics.TotalAcquisitions + metrics.Refusals + metrics.TotalWaits);
    }

    [Fact]
    public void Refusals_explain_themselves()
    {
        TokenBucket bucket = new(2, 4, new() { Id = "api" }, _clock);
        Decision granted = bucket.Attempt(3);
        Assert.Equal("api: granted, 1 of 4 left", granted.ToString());
        Assert.Equal(RefusalReason.None, granted.Reason);
        Decision refused = bucket.Attempt(3);
        Assert.False(refused.Allowed);
        Assert.Equal(RefusalReason.NotEnoughPermits, refused.Reason);
        Assert.Equal(2, refused.Missing);
        Assert.Equal(1, refused.Remaining);
        Assert.Equal(TimeSpan.FromSeconds(1), refused.RetryAfter);
        Assert.Equal(
            "api: refused (NotEnoughPermits), 2 short of the request, 1 of 4 left, 0 waiting, retry after 1000 ms", refused.ToString());
        _clock.Advance(refused.RetryAfter - TimeSpan.FromTicks(1));
        Assert.False(bucket.Peek(3).Allowed);
        _clock.Advance(TimeSpan.FromTicks(1));
        Assert.True(bucket.Attempt(3).Allowed);
    }

    [Fact]
    public void Slots_come_free_when_they_do()
    {
        TicketSemaphore semaphore = new(1, new() { Id = "db" });
        Assert.True(semaphore.TryEnter());
        Decision refused = semaphore.Attempt();
        Assert.Equal(Timeout.InfiniteTimeSpan, refused.RetryAfter);
        Assert.Equal(
            "db: refused (NotEnoughPermits), 1 short of the request, 0 of 1 left, 0 waiting, retry when a slot comes free", refused.ToString());
        Assert.Equal("db: 0 of 1 left, 0 waiting", semaphore.ToString());
    }

    [Fact]
    public async Task Those_in_line_and_a_full_line_are_reasons_of_their_own()
    {
        using TokenBucket bucket = new(1, 2, new() { QueueLimit = 1 }, _clock);
        Assert.True(bucket.TryAcquire(1));
        ValueTask<Permit> wait = bucket.AcquireAsync(2, TestContext.Current.CancellationToken);
        Assert.Equal(RefusalReason.WaitersInLine, bucket.Attempt().Reason);
        RateLimitRejectedException full =
            await Assert.ThrowsAsync<RateLimitRejectedException>(async () => await bucket.AcquireAsync(TestContext.Current.CancellationToken));
        Assert.Equal(RefusalReason.QueueFull, full.Decision.Reason);
        Assert.StartsWith("No permit: TokenBucket: refused (QueueFull)", full.Message, StringComparison.Ordinal);
        RateLimitTimeoutException late =
            await Assert.ThrowsAsync<RateLimitTimeoutException>(async () => await bucket.AcquireAsync(1, TimeSpan.FromMilliseconds(5)));
        Assert.Equal(RefusalReason.WaitTooLong, late.Decision.Reason);
        Assert.Equal(TimeSpan.FromMilliseconds(5), late.Timeout);
        Assert.StartsWith("There would be no permit within 5 ms: TokenBucket: refused (WaitTooLong)", late.Message, StringComparison.Ordinal);
        _clock.Advance(TimeSpan.FromSeconds(1));
        await wait;
    }

    [Theory]
    [InlineData(CompositeStrategy.MostRestrictive)]
    [InlineData(CompositeStrategy.AllMustPass)]
    public void A_composite_names_the_part_that_refused(CompositeStrategy strategy)
    {
        TokenBucket wide = new(10, 10, new() { Id = "wide" }, _clock);
        FixedWindow narrow = new(2, TimeSpan.FromHours(1), new() { Id = "narrow" }, _clock);
        CompositeLimiter both = new([wide, narrow], new() { Id = "both", Strategy = strategy }, _clock);
        Assert.Equal(2, both.Limit);
        Assert.Equal("both", both.Attempt(2).LimiterId);
        Decision refused = both.Attempt();
        Assert.Equal("narrow", refused.LimiterId);
        Assert.Equal(1, refused.Missing);
        Assert.Equal(8, wide.GetState().Remaining);
    }

    [Fact]
    public void Strict_limiters_declare_no_excess_and_others_what_they_can_grant_in_the_worst_interval()
    {
        TimeSpan second = TimeSpan.FromSeconds(1);
        Assert.Equal(0, new TokenBucket(10, 10).DeclaredExcess);
        Assert.Equal(0, new TicketSemaphore(10).DeclaredExcess);
        Assert.Equal(0, new SlidingWindow(10, second).DeclaredExcess);
        Assert.Equal(0, new SlidingWindow(10, second, new() { Precision = SlidingWindowPrecision.SubWindows }).DeclaredExcess);
        Assert.Equal(9, new SlidingWindow(10, second, new() { Precision = SlidingWindowPrecision.Approximate }).DeclaredExcess);
        Assert.Equal(10, new FixedWindow(10, second).DeclaredExcess);
        Assert.Equal(10, new CompositeLimiter(new TokenBucket(10, 10), new FixedWindow(10, second), new FixedWindow(3, second)).DeclaredExcess);
        Assert.Equal(0, new KeyedLimiter(10, 10).DeclaredExcess);
        Assert.Equal(10, KeyedLimiter.FixedWindow(10, second).DeclaredExcess);
        Assert.Equal(0, KeyedLimiter.SlidingWindow(10, second).DeclaredExcess);
        Assert.Equal(0, KeyedLimiter.Concurrency(10).DeclaredExcess);
        Assert.Equal(0, new TokenBucket(1e6, 1_000_000, new() { Sharding = Sharding.None }).DeclaredShortfall);
        Assert.InRange(new KeyedLimiter(1e6, 1_000_000).DeclaredShortfall, 1, 128);
    }

    [Fact]
    public void Exceptions_carry_what_they_are_given()
    {
        Exception inner = new InvalidOperationException();
        Assert.Same(inner, new RateSyncException("a", inner).InnerException);
        Assert.Equal("a", new RateLimitRejectedException("a", new Decision { LimiterId = "b" }).Message);
        Assert.IsAssignableFrom<RateLimitRejectedException>(new RateLimitTimeoutException("a"));
        Assert.IsAssignableFrom<RateSyncException>(new RateLimitRejectedException());
    }
}
