using RateSync.Fast.Engine;
using RateSync.Fast.Tests.Shared;

namespace RateSync.Fast.Tests.Unit.Keyed;

/// <summary>A named limiter's keys: what they are limited by, and what becomes of them when the limiter is changed.</summary>
public class Clones
{
    private static readonly TimeSpan s_second = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan s_bit = TimeSpan.FromMilliseconds(1);

    // In whole ticks a key's time is exact.
    private readonly ManualClock _clock = new(1_000);

    [Theory]
    [InlineData(LimiterAlgorithm.TokenBucket)]
    [InlineData(LimiterAlgorithm.FixedWindow)]
    [InlineData(LimiterAlgorithm.SlidingWindow)]
    [InlineData(LimiterAlgorithm.SlidingWindowCounter)]
    public void What_a_key_has_spent_stays_spent_when_the_limit_changes(LimiterAlgorithm algorithm)
    {
        using CloneTable table = new("api", Limit(algorithm, 100), _clock);
        LimiterClone a = table.For("a");
        Assert.Equal(80, Take(a, 80));
        table.Change(Limit(algorithm, 200));
        Assert.Equal(120, a.Peek().Remaining);
        Assert.Equal(200, table.For("b").Peek().Remaining);
        table.Change(Limit(algorithm, 50));
        Assert.Equal(0, a.Peek().Remaining);
        Assert.False(a.TryAcquire());
        Assert.Equal(50, table.For("b").Peek().Remaining);
        table.Change(Limit(algorithm, 1));
        Assert.False(a.TryAcquire());
        table.Change(Limit(algorithm, 300));
        Assert.Equal(220, Take(a, 1_000));
        table.Change(Limit(algorithm, 100));
        Assert.Equal(0, Take(a, 10));
        Assert.Equal(100, Take(table.For("b"), 1_000));
    }

    [Fact]
    public void A_lowered_bucket_pays_its_debt_back_at_the_new_rate()
    {
        using CloneTable table = new("api", Bucket(1, 100), _clock);
        LimiterClone a = table.For("a");
        Assert.Equal(80, Take(a, 80));
        table.Change(Bucket(10, 50));
        Decision refused = a.Attempt();
        Assert.Equal(RefusalReason.NotEnoughPermits, refused.Reason);
        Assert.InRange(refused.RetryAfter, 3.1 * s_second, (3.1 * s_second) + s_bit);
        _clock.Advance((3.1 * s_second) + s_bit);
        Assert.True(a.TryAcquire());
        Assert.False(a.TryAcquire());
    }

    [Theory]
    [InlineData(LimiterAlgorithm.TokenBucket, LimiterAlgorithm.SlidingWindow)]
    [InlineData(LimiterAlgorithm.SlidingWindow, LimiterAlgorithm.TokenBucket)]
    [InlineData(LimiterAlgorithm.FixedWindow, LimiterAlgorithm.SlidingWindowCounter)]
    [InlineData(LimiterAlgorithm.SlidingWindow, LimiterAlgorithm.FixedWindow)]
    public void Another_algorithm_goes_on_with_what_is_spent(LimiterAlgorithm before, LimiterAlgorithm after)
    {
        using CloneTable table = new("api", Limit(before, 100), _clock);
        Assert.Equal(80, Take(table.For("a"), 80));
        table.Change(Limit(after, 100));
        Assert.Equal(20, Take(table.For("a"), 100));
    }

    [Fact]
    public void A_sliding_window_that_is_changed_lets_go_of_each_permit_at_its_time()
    {
        using CloneTable table = new("api", Limit(LimiterAlgorithm.SlidingWindow, 100), _clock);
        LimiterClone a = table.For("a");
        Assert.Equal(60, Take(a, 60));
        _clock.Advance(30 * s_second);
        Assert.Equal(30, Take(a, 30));
        table.Change(Limit(LimiterAlgorithm.SlidingWindow, 110));
        Assert.Equal(20, a.Peek().Remaining);
        _clock.Advance(30 * s_second);
        Assert.Equal(20, a.Peek().Remaining);
        _clock.Advance(20 * s_second);
        Assert.Equal(80, a.Peek().Remaining);
        _clock.Advance(30 * s_second);
        Assert.Equal(110, a.Peek().Remaining);
    }

    [Fact]
    public void Keys_that_are_unused_stay_forgotten()
    {
        using CloneTable table = new("api", Bucket(1000, 10), _clock);
        for (int i = 0; i < 1_000; i++)
        {
            Assert.True(table.For($"user {i}").TryAcquire());
        }

        Assert.Equal(1_000, table.GetMetrics().Keys);
        _clock.Advance(s_second);
        Assert.True(table.For("busy").TryAcquire(5));
        table.Change(Bucket(1, 20));
        Assert.Equal(1, table.GetMetrics().Keys);
        Assert.Equal(15, table.For("busy").Peek().Remaining);
    }

    [Fact(Timeout = 60_000)]
    public async Task Those_who_wait_keep_their_places_through_a_change()
    {
        using CloneTable table = new("api", Bucket(1, 10), _clock);
        LimiterClone a = table.For("a");
        Assert.Equal(10, Take(a, 10));
        ValueTask<Permit> first = a.AcquireAsync(5, TestContext.Current.CancellationToken);
        ValueTask<Permit> tooMany = a.AcquireAsync(10, TestContext.Current.CancellationToken);
        ValueTask<Permit> last = a.AcquireAsync(1, TestContext.Current.CancellationToken);
        table.Change(Bucket(1, 13));
        Assert.False(first.IsCompleted);
        table.Change(Bucket(1, 8));
        table.Change(Bucket(100, 8));
        Assert.False(a.TryAcquire());
        _clock.Advance(0.5 * s_second);
        await first;
        await Assert.ThrowsAsync<RateLimitRejectedException>(tooMany.AsTask);
        await last;
        Assert.Equal(0, table.GetMetrics().Waiting);
    }

    [Fact(Timeout = 60_000)]
    public async Task A_raised_limit_serves_those_who_wait_at_once()
    {
        using CloneTable table = new("api", new LimiterOptions { MaxConcurrent = 1 }, _clock);
        LimiterClone a = table.For("a");
        Assert.True(a.TryAcquire());
        ValueTask<Permit> second = a.AcquireAsync(TestContext.Current.CancellationToken);
        ValueTask<Permit> third = a.AcquireAsync(TestContext.Current.CancellationToken);
        table.Change(new LimiterOptions { MaxConcurrent = 2 });
        await second;
        Assert.False(third.IsCompleted);
        a.Release();
        await third;
        table.Change(new LimiterOptions { MaxConcurrent = 1 });
        a.Release();
        Assert.False(a.TryAcquire());
        a.Release();
        Assert.True(a.TryAcquire());
        a.Release();
        Assert.Throws<SemaphoreFullException>(() => a.Release());
    }

    [Fact]
    public void Slots_are_given_back_when_the_rate_refuses()
    {
        using CloneTable table = new("api", Bucket(1, 2) with { MaxConcurrent = 2 }, _clock);
        LimiterClone a = table.For("a");
        Assert.True(a.TryAcquire(2));
        Assert.False(a.TryAcquire());
        Decision refused = a.Attempt();
        Assert.Equal((RefusalReason.NotEnoughPermits, "api/rate"), (refused.Reason, refused.LimiterId));
        Assert.InRange(refused.RetryAfter, s_second, s_second + s_bit);
        _clock.Advance(10 * s_second);
        Assert.True(a.TryAcquire());
        refused = a.Attempt();
        Assert.Equal((Timeout.InfiniteTimeSpan, "api/concurrency"), (refused.RetryAfter, refused.LimiterId));
        a.Release(2);
        Assert.Throws<SemaphoreFullException>(() => a.Release());
        Assert.True(a.TryAcquire());
    }

    [Fact]
    public void Slots_that_come_or_go_with_a_change_do_not_fail_those_who_give_back()
    {
        using CloneTable table = new("api", Bucket(1, 10), _clock);
        LimiterClone a = table.For("a");
        Assert.True(a.TryAcquire());
        table.Change(Bucket(1, 10) with { MaxConcurrent = 1 });
        a.Release();
        Assert.True(a.TryAcquire());
        Assert.False(a.TryAcquire());
        table.Change(Bucket(1, 10));
        Assert.True(a.TryAcquire());
        a.Release();
        table.Change(Bucket(1, 10) with { MaxConcurrent = 1 });
        Assert.False(a.TryAcquire());
        a.Release();
        Assert.True(a.TryAcquire());
    }

    [Fact]
    public void Overrides_have_limits_of_their_own_and_follow_the_rest()
    {
        using CloneTable table = new("api", Bucket(1, 10), _clock);
        LimiterOverrides gold = new() { Burst = 100 };
        LimiterClone a = table.For("a", gold);
        Assert.Equal(100, Take(a, 1_000));
        Assert.Equal(10, Take(table.For("a"), 1_000));
        Assert.False(table.For("a", new LimiterOverrides { Burst = 100 }).TryAcquire());
        Assert.Equal(a, table.For("a", new LimiterOverrides { Burst = 100 }));
        table.Change(Bucket(10, 20));
        _clock.Advance(s_second);
        Assert.Equal(10, Take(a, 1_000));
        Assert.Equal(20, Take(table.For("a"), 1_000));
        Assert.Equal("api:a", a.Id);
        Assert.Equal("a", a.Key);
        Assert.Equal(140, table.GetMetrics().TotalAcquisitions);
    }

    [Fact(Timeout = 60_000)]
    public async Task The_default_timeout_is_the_limiters()
    {
        using CloneTable table = new("api", Bucket(1, 1) with { Timeout = 1.5 * s_second }, _clock);
        LimiterClone a = table.For("a");
        await a.AcquireAsync(TestContext.Current.CancellationToken);
        ValueTask<Permit> waits = a.AcquireAsync(TestContext.Current.CancellationToken);
        RateLimitTimeoutException late = await Assert.ThrowsAsync<RateLimitTimeoutException>(
            () => a.AcquireAsync(TestContext.Current.CancellationToken).AsTask());
        Assert.Equal(RefusalReason.WaitTooLong, late.Decision.Reason);
        Assert.Equal("api", late.Decision.LimiterId);
        table.Change(Bucket(1, 1) with { Timeout = 4 * s_second });
        ValueTask<Permit> second = a.AcquireAsync(TestContext.Current.CancellationToken);
        _clock.Advance(4 * s_second);
        await waits;
        await second;
    }

    [Fact(Timeout = 60_000)]
    public async Task A_shadow_counts_and_never_refuses()
    {
        using CloneTable table = new("api", Bucket(1, 1) with { Shadow = true }, _clock);
        LimiterClone a = table.For("a");
        Assert.True(a.TryAcquire());
        Assert.True(a.TryAcquire());
        Decision decision = a.Attempt();
        Assert.True(decision.Allowed);
        Assert.Equal(RefusalReason.NotEnoughPermits, decision.Reason);
        await a.AcquireAsync(TestContext.Current.CancellationToken);
        Assert.True((await a.AttemptAsync(1, s_second, TestContext.Current.CancellationToken)).Allowed);
        Assert.Equal(4, table.GetMetrics().Refusals);
    }

    [Fact(Timeout = 60_000)]
    public async Task Those_who_wait_for_a_limiter_that_becomes_a_shadow_go_on()
    {
        using CloneTable table = new("api", new LimiterOptions { MaxConcurrent = 1 }, _clock);
        LimiterClone a = table.For("a");
        Assert.True(a.TryAcquire());
        ValueTask<Permit> wait = a.AcquireAsync(TestContext.Current.CancellationToken);
        table.Change(new LimiterOptions { MaxConcurrent = 1, Shadow = true });
        await wait;
        a.Release();
        a.Release();
    }

    [Fact]
    public void What_keys_cannot_be_limited_by_is_refused_and_changes_nothing()
    {
        Assert.Throws<ConfigurationException>(() => new CloneTable("api", new LimiterOptions { Limiters = ["a"] }, _clock));
        using CloneTable table = new("api", Bucket(1, 10), _clock);
        Assert.Throws<ArgumentOutOfRangeException>(() => table.Change(Bucket(-1, 10)));
        Assert.Throws<ConfigurationException>(() => table.Change(new LimiterOptions()));
        Assert.Equal(10, Take(table.For("a"), 100));
        Assert.Throws<InvalidOperationException>(() => default(LimiterClone).TryAcquire());
        Assert.Throws<ArgumentOutOfRangeException>(() => table.For("a").TryAcquire(11));
    }

    [Fact(Timeout = 60_000)]
    public async Task Clones_of_a_disposed_limiter_throw()
    {
        CloneTable table = new("api", Bucket(1, 1), _clock);
        LimiterClone a = table.For("a");
        Assert.True(a.TryAcquire());
        Task wait = a.AcquireAsync(TestContext.Current.CancellationToken).AsTask();
        table.Dispose();
        await Assert.ThrowsAsync<ObjectDisposedException>(() => wait);
        Assert.Throws<ObjectDisposedException>(() => a.TryAcquire());
        Assert.Throws<ObjectDisposedException>(() => table.Change(Bucket(1, 2)));
    }

    [Fact]
    public void Calls_at_once_allocate_nothing()
    {
        using CloneTable table = new("api", Bucket(1e9, 1_000_000) with { MaxConcurrent = 10 }, _clock);
        Take();
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 100; i++)
        {
            Take();
        }

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);

        void Take()
        {
            LimiterClone a = table.For("a");
            Assert.True(a.TryAcquire());
            ValueTask<Permit> permit = a.AcquireAsync(TestContext.Current.CancellationToken);
            Assert.True(permit.IsCompletedSuccessfully);
            permit.Result.Dispose();
            a.Attempt().Permit.Dispose();
            a.Release();
        }
    }

    private static LimiterOptions Bucket(double rate, long burst) => new() { RatePerSecond = rate, Burst = burst };

    private static LimiterOptions Limit(LimiterAlgorithm algorithm, int limit) => algorithm == LimiterAlgorithm.TokenBucket
        ? Bucket(1e-3, limit)
        : new LimiterOptions { Algorithm = algorithm, Limit = limit, Window = 60 * s_second };

    private static int Take(LimiterClone clone, int calls) => Enumerable.Range(0, calls).Count(_ => clone.TryAcquire());
}
