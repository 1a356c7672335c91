using RateSync.Fast.Tests.Shared;

namespace RateSync.Fast.Tests.Unit.Named;

/// <summary>What calls, permits and waits go through when a named limiter becomes another one.</summary>
public sealed class NamedChangeTests : IDisposable
{
    private static readonly TimeSpan s_longest = TimeSpan.FromSeconds(30);
    private readonly Clock _clock = new();
    private readonly LimiterRegistry _registry;

    public NamedChangeTests() =>
        _registry = new LimiterRegistry(new LimiterRegistryOptions { TimeProvider = _clock, AutoLoad = false });

    public void Dispose() => _registry.Dispose();

    [Fact]
    public async Task A_slot_that_a_refused_call_gives_back_is_seen_by_who_joined_the_line_meanwhile()
    {
        _registry.ConfigureLimiter("both", new LimiterOptions { RatePerSecond = 1, Burst = 1, MaxConcurrent = 1 });
        Assert.True(_registry.TryAcquire("both"));
        _registry.Release("both");

        // While the call has the slot in its hands and asks the rate, somebody else joins.
        Task<Permit>? wait = null;
        _clock.OnRead = () =>
        {
            _clock.OnRead = null;
            Thread other = new(() => wait = _registry.AcquireAsync("both").AsTask());
            other.Start();
            other.Join();
        };
        Assert.False(_registry.TryAcquire("both"));
        _clock.Advance(TimeSpan.FromSeconds(1));
        (await wait!.WaitAsync(s_longest, TestContext.Current.CancellationToken)).Dispose();
    }

    [Fact]
    public void What_was_spent_stays_spent_while_the_store_is_away()
    {
        _registry.ConfigureStore("main", new MemoryStoreOptions());
        _registry.ConfigureLimiter("api", new LimiterOptions { RatePerSecond = 1, Burst = 10, Store = "main" });
        Assert.True(_registry.TryAcquire("api", 10));
        _registry.ConfigureStore("main", new EngineStoreOptions("redis"));
        Assert.Throws<StoreUnavailableException>(() => _registry.TryAcquire("api"));
        _registry.ConfigureStore("main", new MemoryStoreOptions());
        Assert.False(_registry.TryAcquire("api"));
        _clock.Advance(TimeSpan.FromSeconds(2));
        Assert.True(_registry.TryAcquire("api", 2));
        Assert.False(_registry.TryAcquire("api"));
    }

    [Fact]
    public void What_was_spent_is_remembered_while_there_is_no_rate()
    {
        _registry.ConfigureLimiter("api", new LimiterOptions { RatePerSecond = 1, Burst = 10 });
        Assert.True(_registry.TryAcquire("api", out Permit permit, 10));
        _registry.ConfigureLimiter("api", new LimiterOptions { MaxConcurrent = 5 });
        Assert.True(_registry.TryAcquire("api", out Permit slots, 5));
        permit.Refund(10);
        slots.Dispose();
        _registry.ConfigureLimiter("api", new LimiterOptions { RatePerSecond = 1, Burst = 10 });
        Assert.False(_registry.TryAcquire("api"));
        permit.Refund(4);
        Assert.Equal(4, _registry.GetState("api").Remaining);
        _registry.Reset("api");
        permit.Refund(4);
        Assert.Equal(10, _registry.GetState("api").Remaining);
    }

    [Fact]
    public async Task Who_waits_when_a_limiter_comes_to_refer_to_others_waits_there()
    {
        _registry.ConfigureLimiter("slow", new LimiterOptions { RatePerSecond = 1, Burst = 1 });
        _registry.ConfigureLimiter("api", new LimiterOptions { MaxConcurrent = 1 });
        Assert.True(_registry.TryAcquire("api"));
        Assert.True(_registry.TryAcquire("slow"));
        using CancellationTokenSource cancellation = new();
        Task<Permit> first = _registry.AcquireAsync("api", TestContext.Current.CancellationToken).AsTask();
        Task<Permit> cancelled = _registry.AcquireAsync("api", cancellation.Token).AsTask();
        Task<Permit> late = _registry.AcquireAsync("api", TimeSpan.FromMilliseconds(500), TestContext.Current.CancellationToken).AsTask();
        _registry.ConfigureLimiter("api", new LimiterOptions { Limiters = ["slow"] });
        await cancellation.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => cancelled.WaitAsync(s_longest));
        await Assert.ThrowsAsync<RateLimitTimeoutException>(() => After(late, TimeSpan.FromMilliseconds(600)));
        Assert.False(first.IsCompleted);
        Permit permit = await After(first, TimeSpan.FromMilliseconds(500));
        Assert.Equal(1, permit.Permits);
        Assert.Equal(0, _registry.GetState("slow").Remaining);
    }

    [Fact]
    public async Task A_call_that_its_priority_can_never_be_granted_does_not_keep_others_waiting()
    {
        LimiterOptions options = new() { RatePerSecond = 1, Burst = 10 };
        _registry.ConfigureLimiter("api", options);
        Assert.True(_registry.TryAcquire("api", 10));
        AcquireOptions many = new() { Permits = 8, Priority = Priority.Low };
        Task<Permit> before = _registry.AcquireAsync("api", many, TestContext.Current.CancellationToken).AsTask();
        Task<Permit> behind = _registry.AcquireAsync("api", many with { Permits = 1 }, TestContext.Current.CancellationToken).AsTask();
        _registry.ConfigureLimiter("api", options with { Priorities = new Dictionary<Priority, double> { [Priority.Low] = 0.5 } });
        RateLimitRejectedException thrown = await Assert.ThrowsAsync<RateLimitRejectedException>(() => before.WaitAsync(s_longest));
        Assert.Equal(RefusalReason.LimitLowered, thrown.Decision.Reason);
        thrown = await Assert.ThrowsAsync<RateLimitRejectedException>(
            () => _registry.AcquireAsync("api", many, TestContext.Current.CancellationToken).AsTask().WaitAsync(s_longest));
        Assert.Equal(Timeout.InfiniteTimeSpan, thrown.Decision.RetryAfter);
        Assert.False(behind.IsCompleted);
        await After(behind, TimeSpan.FromSeconds(6));
    }

    [Fact]
    public async Task A_clock_that_throws_during_a_change_leaves_everything_as_it_was()
    {
        LimiterOptions options = new() { RatePerSecond = 1, Burst = 10 };
        _registry.ConfigureLimiter("api", options);
        Assert.True(_registry.TryAcquire("api", 10));
        Task<Permit> wait = _registry.AcquireAsync("api", TestContext.Current.CancellationToken).AsTask();
        int thrown = 0;
        for (int at = 1; at < 40; at++)
        {
            int reads = 0;
            _clock.OnRead = () => _ = ++reads == at ? throw new TimeZoneNotFoundException() : 0;
            try
            {
                _registry.ConfigureLimiter("api", options with { Burst = 10 + (at % 2) });
            }
            catch (TimeZoneNotFoundException)
            {
                thrown++;
            }

            _clock.OnRead = null;
            Assert.False(_registry.TryAcquire("api"));
        }

        Assert.InRange(thrown, 2, 38);
        _registry.ConfigureLimiter("api", options);
        await After(wait, TimeSpan.FromSeconds(1));
        _clock.Advance(TimeSpan.FromSeconds(2));
        Assert.True(_registry.TryAcquire("api", 2));
        Assert.False(_registry.TryAcquire("api"));
    }

    [Fact]
    public void A_clock_that_throws_while_a_limiter_is_reset_does_not_close_it()
    {
        _registry.ConfigureLimiter("api", new LimiterOptions { RatePerSecond = 1, Burst = 10 });
        int thrown = 0;
        for (int at = 1; at < 20; at++)
        {
            _registry.TryAcquire("api", 10);
            int reads = 0;
            _clock.OnRead = () => _ = ++reads == at ? throw new TimeZoneNotFoundException() : 0;
            bool done = true;
            try
            {
                _registry.Reset("api");
            }
            catch (TimeZoneNotFoundException)
            {
                done = false;
                thrown++;
            }

            _clock.OnRead = null;
            Assert.Equal(done ? 10 : 0, _registry.GetState("api").Remaining);
        }

        Assert.InRange(thrown, 1, 18);
    }

    [Fact]
    public void A_permit_of_several_limiters_leaves_no_slot_out_when_it_is_refunded_in_full()
    {
        _registry.ConfigureLimiter("llm", new LimiterOptions { RatePerSecond = 1, Burst = 10, MaxConcurrent = 1 });
        _registry.ConfigureLimiter("all", new LimiterOptions { Limiters = ["llm"] });
        Assert.True(_registry.TryAcquire("all", out Permit permit, 4));
        permit.Settle(0);
        permit.Dispose();
        Assert.Equal(0, _registry.GetMetrics("llm").CurrentConcurrent);
        Assert.True(_registry.TryAcquire("all", 10));
    }

    [Fact]
    public void A_permit_that_was_disposed_of_gives_nothing_back_of_the_next_one()
    {
        LimiterOptions window = new() { Algorithm = LimiterAlgorithm.SlidingWindow, Limit = 10, Window = TimeSpan.FromSeconds(10), MaxConcurrent = 1 };
        _registry.ConfigureLimiter("llm", window);
        Assert.True(_registry.TryAcquire("llm", out Permit old, 5));
        old.Dispose();
        Assert.True(_registry.TryAcquire("llm", out Permit present, 5));
        old.Refund(5);
        present.Dispose();
        Assert.False(_registry.TryAcquire("llm"));
        Assert.Equal(0, _registry.GetMetrics("llm").CurrentConcurrent);
    }

    [Fact]
    public void Counts_never_go_back_through_changes_of_every_kind()
    {
        LimiterOptions[] kinds =
        [
            new() { RatePerSecond = 1, Burst = 3, MaxConcurrent = 2 },
            new() { Limiters = ["part"] },
            new() { MaxConcurrent = 1 },
            new() { RatePerSecond = 1, Burst = 2 },
            new() { Limiters = ["part"], Strategy = CompositeStrategy.AnyMustPass },
        ];
        _registry.ConfigureLimiter("part", new LimiterOptions { RatePerSecond = 1, Burst = 2 });
        LimiterMetrics before = default;
        int granted = 0;
        int refused = 0;
        for (int i = 0; i < 40; i++)
        {
            _registry.ConfigureLimiter("api", kinds[i % 5 == 4 ? i % 3 : i % 5]);
            for (int j = 0; j < 4; j++)
            {
                bool taken = _registry.TryAcquire("api", out Permit permit);
                permit.Dispose();
                granted += taken ? 1 : 0;
                refused += taken ? 0 : 1;
                LimiterMetrics now = _registry.GetMetrics("api");
                Assert.Equal(granted, now.TotalAcquisitions);
                Assert.Equal(granted, now.TotalPermits);
                Assert.Equal(refused, now.Refusals);
                Assert.True(now.LastAcquisitionAt >= before.LastAcquisitionAt || before.LastAcquisitionAt is null);
                before = now;
            }

            _clock.Advance(TimeSpan.FromMilliseconds(400));
        }

        Assert.InRange(granted, 10, int.MaxValue);
        Assert.InRange(refused, 10, int.MaxValue);
    }

    private async Task<Permit> After(Task<Permit> wait, TimeSpan time)
    {
        // Who waits elsewhere gets there on another thread: time goes on bit by bit.
        for (int i = 0; i < 10; i++)
        {
            SpinWait.SpinUntil(() => wait.IsCompleted, TimeSpan.FromMilliseconds(20));
            _clock.Advance(time / 10);
        }

        return await wait.WaitAsync(s_longest, TestContext.Current.CancellationToken);
    }

    private sealed class Clock : TimeProvider
    {
        private readonly ManualClock _inner = new();

        public Action? OnRead { get; set; }

        public override long TimestampFrequency => _inner.TimestampFrequency;

        public void Advance(TimeSpan time) => _inner.Advance(time);

        public override long GetTimestamp()
        {
            OnRead?.Invoke();
            return _inner.GetTimestamp();
        }

        public override DateTimeOffset GetUtcNow() => _inner.GetUtcNow();

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
            _inner.CreateTimer(callback, state, dueTime, period);
    }
}
