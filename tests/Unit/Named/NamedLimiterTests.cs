using RateSync.Fast.Tests.Shared;

namespace RateSync.Fast.Tests.Unit.Named;

public sealed class NamedLimiterTests : IDisposable
{
    private readonly ManualClock _clock = new();
    private readonly LimiterRegistry _registry;

    public NamedLimiterTests() =>
        _registry = new LimiterRegistry(new LimiterRegistryOptions { TimeProvider = _clock, AutoLoad = false });

    public void Dispose() => _registry.Dispose();

    [Fact]
    public void A_rate_by_name_grants_its_burst_and_then_its_rate()
    {
        _registry.ConfigureLimiter("api", new LimiterOptions { RatePerSecond = 10 });
        Assert.Equal(10, Take("api", 20));
        _clock.Advance(TimeSpan.FromMilliseconds(500));
        Assert.Equal(5, Take("api", 20));
        Decision refusal = _registry.Attempt("api");
        Assert.Equal("api", refusal.LimiterId);
        Assert.Equal(TimeSpan.FromMilliseconds(100), refusal.RetryAfter);
        Assert.Equal(15, _registry.GetMetrics("api").TotalAcquisitions);
    }

    [Fact]
    public void A_limit_raised_from_100_to_200_after_80_grants_leaves_120()
    {
        _registry.ConfigureLimiter("api", new LimiterOptions { RatePerSecond = 100, Burst = 100 });
        Assert.Equal(80, Take("api", 80));
        _registry.ConfigureLimiter("api", new LimiterOptions { RatePerSecond = 100, Burst = 200 });
        Assert.Equal(120, _registry.GetState("api").Remaining);
        Assert.Equal(120, Take("api", 300));
        Assert.Equal(200, _registry.GetMetrics("api").TotalAcquisitions);
        Assert.Equal(200, _registry.GetLimiter("api").Limit);
    }

    [Fact]
    public void A_limit_lowered_below_what_was_spent_leaves_none_and_pays_back()
    {
        _registry.ConfigureLimiter("api", new LimiterOptions { RatePerSecond = 10, Burst = 100 });
        Assert.Equal(80, Take("api", 80));
        _registry.ConfigureLimiter("api", new LimiterOptions { RatePerSecond = 10, Burst = 50 });
        Assert.Equal(0, Take("api", 1));
        Assert.Equal(TimeSpan.FromSeconds(3.1), _registry.Attempt("api").RetryAfter);
        _clock.Advance(TimeSpan.FromSeconds(3.1));
        Assert.Equal(1, Take("api", 10));
    }

    [Fact]
    public void The_object_stays_the_same_through_every_change()
    {
        _registry.ConfigureLimiter("api", new LimiterOptions { RatePerSecond = 10 });
        Limiter limiter = _registry.GetLimiter("api");
        _registry.ConfigureLimiter("api", new LimiterOptions { Algorithm = LimiterAlgorithm.SlidingWindow, Limit = 5, Window = TimeSpan.FromMinutes(1) });
        _registry.ConfigureLimiter("api", new LimiterOptions { MaxConcurrent = 3 });
        Assert.Same(limiter, _registry.GetLimiter("api"));
        Assert.Equal(3, limiter.Limit);
    }

    [Fact]
    public async Task Slots_that_are_out_stay_out_through_a_change_of_everything_else()
    {
        _registry.ConfigureLimiter("db", new LimiterOptions { MaxConcurrent = 2 });
        Permit first = await _registry.AcquireAsync("db", TestContext.Current.CancellationToken);
        Permit second = await _registry.AcquireAsync("db", TestContext.Current.CancellationToken);
        _registry.ConfigureLimiter("db", new LimiterOptions { RatePerSecond = 100, MaxConcurrent = 3 });
        Assert.True(_registry.TryAcquire("db", out Permit third));
        Assert.False(_registry.TryAcquire("db"));
        Assert.Equal("db/concurrency", _registry.Attempt("db").LimiterId);
        first.Dispose();
        first.Dispose();
        Assert.True(_registry.TryAcquire("db"));
        Assert.False(_registry.TryAcquire("db"));
        second.Dispose();
        third.Dispose();
        _registry.Release("db");
        Assert.Equal(0, _registry.GetMetrics("db").CurrentConcurrent);
    }

    [Fact]
    public async Task Who_waits_stays_in_line_through_a_change()
    {
        _registry.ConfigureLimiter("api", new LimiterOptions { RatePerSecond = 1, Burst = 1 });
        Assert.Equal(1, Take("api", 1));
        List<int> order = [];
        Task[] waits = [.. Enumerable.Range(0, 5).Select(i => WaitAsync(i))];
        Assert.Equal(5, _registry.GetState("api").Waiting);
        _registry.ConfigureLimiter("api", new LimiterOptions { RatePerSecond = 10, Burst = 1 });
        for (int i = 0; i < 5; i++)
        {
            _clock.Advance(TimeSpan.FromMilliseconds(100));
            await waits[i].WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);
        }

        Assert.Equal([0, 1, 2, 3, 4], order);

        async Task WaitAsync(int i)
        {
            await _registry.AcquireAsync("api", TestContext.Current.CancellationToken);
            lock (order)
            {
                order.Add(i);
            }
        }
    }

    [Fact]
    public async Task Waiters_for_more_than_a_lowered_limit_are_told_so()
    {
        _registry.ConfigureLimiter("api", new LimiterOptions { RatePerSecond = 1, Burst = 10 });
        Assert.Equal(10, Take("api", 10));
        Task<Permit> wait = _registry.AcquireAsync("api", new AcquireOptions { Permits = 8 }, TestContext.Current.CancellationToken).AsTask();
        _registry.ConfigureLimiter("api", new LimiterOptions { RatePerSecond = 1, Burst = 5 });
        RateLimitRejectedException thrown = await Assert.ThrowsAsync<RateLimitRejectedException>(() => wait);
        Assert.Equal(RefusalReason.LimitLowered, thrown.Decision.Reason);
        Assert.Equal(0, _registry.GetState("api").Waiting);
    }

    [Fact]
    public async Task The_limiters_own_timeout_holds_where_the_caller_gives_none()
    {
        _registry.ConfigureLimiter("api", new LimiterOptions { MaxConcurrent = 1, Timeout = TimeSpan.FromSeconds(2) });
        using Permit permit = await _registry.AcquireAsync("api", TestContext.Current.CancellationToken);
        Task<Permit> wait = _registry.AcquireAsync("api", TestContext.Current.CancellationToken).AsTask();
        _clock.Advance(TimeSpan.FromSeconds(1.9));
        Assert.False(wait.IsCompleted);
        _clock.Advance(TimeSpan.FromSeconds(0.2));
        await Assert.ThrowsAsync<RateLimitTimeoutException>(() => wait);
        Assert.Equal(1, _registry.GetMetrics("api").Timeouts);
    }

    [Fact]
    public async Task A_slot_given_back_goes_to_the_first_in_line()
    {
        _registry.ConfigureLimiter("db", new LimiterOptions { MaxConcurrent = 1, RatePerSecond = 1000 });
        Permit permit = await _registry.AcquireAsync("db", TestContext.Current.CancellationToken);
        Task<Permit> first = _registry.AcquireAsync("db", TestContext.Current.CancellationToken).AsTask();
        Task<Permit> second = _registry.AcquireAsync("db", TestContext.Current.CancellationToken).AsTask();
        Assert.Equal(RefusalReason.WaitersInLine, _registry.Attempt("db").Reason);
        permit.Dispose();
        Permit next = await first;
        Assert.False(second.IsCompleted);
        next.Dispose();
        (await second).Dispose();
    }

    [Fact]
    public void A_low_priority_leaves_its_share_to_higher_ones()
    {
        _registry.ConfigureLimiter("api", new LimiterOptions
        {
            RatePerSecond = 1,
            Burst = 100,
            Priorities = new Dictionary<Priority, double> { [Priority.Low] = 0.5, [Priority.Normal] = 0.8 },
        });
        Assert.Equal(50, Take("api", 100, Priority.Low));
        Assert.Equal(30, Take("api", 100, Priority.Normal));
        Assert.Equal(20, Take("api", 100, Priority.Critical));
    }

    [Fact]
    public void A_low_priority_leaves_slots_to_higher_ones()
    {
        _registry.ConfigureLimiter("db", new LimiterOptions
        {
            MaxConcurrent = 10,
            Priorities = new Dictionary<Priority, double> { [Priority.Low] = 0.5 },
        });
        Assert.Equal(5, Take("db", 100, Priority.Low));
        Assert.Equal(5, Take("db", 100, Priority.Normal));
    }

    [Fact]
    public async Task Higher_priorities_are_served_first()
    {
        _registry.ConfigureLimiter("db", new LimiterOptions { MaxConcurrent = 1 });
        Permit permit = await _registry.AcquireAsync("db", TestContext.Current.CancellationToken);
        Task<Permit> low = Wait(Priority.Low);
        Task<Permit> normal = Wait(Priority.Normal);
        Task<Permit> high = Wait(Priority.High);
        permit.Dispose();
        permit = await high;
        permit.Dispose();
        permit = await normal;
        Assert.False(low.IsCompleted);
        permit.Dispose();
        (await low).Dispose();

        Task<Permit> Wait(Priority priority) =>
            _registry.AcquireAsync("db", new AcquireOptions { Priority = priority }, TestContext.Current.CancellationToken).AsTask();
    }

    [Fact]
    public async Task Tenants_share_by_weight_however_many_calls_they_make()
    {
        _registry.ConfigureLimiter("llm", new LimiterOptions
        {
            RatePerSecond = 1,
            Burst = 1,
            Fair = true,
            Weights = new Dictionary<string, double> { ["gold"] = 3 },
        });
        Assert.Equal(1, Take("llm", 1));
        List<string> order = [];
        List<Task> waits = [];
        for (int i = 0; i < 40; i++)
        {
            waits.Add(WaitAsync("greedy"));
        }

        for (int i = 0; i < 12; i++)
        {
            waits.Add(WaitAsync("gold"));
        }

        for (int i = 0; i < 4; i++)
        {
            waits.Add(WaitAsync("modest"));
        }

        for (int granted = 1; granted <= 20; granted++)
        {
            _clock.Advance(TimeSpan.FromSeconds(1));
            SpinWait.SpinUntil(() => Count() == granted, TimeSpan.FromSeconds(30));
        }

        lock (order)
        {
            Assert.Equal(12, order.Count(static tenant => tenant == "gold"));
            Assert.Equal(4, order.Count(static tenant => tenant == "modest"));
            Assert.Equal(4, order.Count(static tenant => tenant == "greedy"));
        }

        _registry.Dispose();
        await Assert.ThrowsAsync<ObjectDisposedException>(() => Task.WhenAll(waits));

        int Count()
        {
            lock (order)
            {
                return order.Count;
            }
        }

        async Task WaitAsync(string tenant)
        {
            await _registry.AcquireAsync("llm", new AcquireOptions { Tenant = tenant }, TestContext.Current.CancellationToken);
            lock (order)
            {
                order.Add(tenant);
            }
        }
    }

    [Fact]
    public void Shadow_mode_decides_and_counts_and_never_refuses()
    {
        _registry.ConfigureLimiter("api", new LimiterOptions { RatePerSecond = 10, Shadow = true });
        Assert.Equal(25, Take("api", 25));
        Decision decision = _registry.Attempt("api");
        Assert.True(decision.Allowed);
        Assert.True(decision.IsShadowed);
        Assert.Equal(RefusalReason.NotEnoughPermits, decision.Reason);
        Assert.Equal(16, _registry.GetMetrics("api").ShadowRefusals);
        decision.Permit.Refund(1);
        Assert.Equal(0, _registry.GetState("api").Remaining);
        Assert.Equal(double.PositiveInfinity, _registry.GetLimiter("api").DeclaredExcess);
    }

    [Fact]
    public void In_shadow_more_slots_come_back_than_there_are_without_harm()
    {
        _registry.ConfigureLimiter("db", new LimiterOptions { MaxConcurrent = 2, Shadow = true });
        for (int i = 0; i < 5; i++)
        {
            Assert.True(_registry.TryAcquire("db"));
        }

        _registry.Release("db", 5);
        Assert.Equal(0, _registry.GetMetrics("db").CurrentConcurrent);
        Assert.Throws<SemaphoreFullException>(() => _registry.Release("db"));
    }

    [Fact]
    public void Settlement_and_refund_go_to_the_rate_and_the_slot_stays_until_disposal()
    {
        _registry.ConfigureLimiter("llm", new LimiterOptions { RatePerSecond = 1000, Burst = 1000, MaxConcurrent = 1 });
        Assert.True(_registry.TryAcquire("llm", out Permit permit, 800));
        permit.Settle(640);
        Assert.False(_registry.TryAcquire("llm"));
        permit.Dispose();
        Assert.True(_registry.TryAcquire("llm", 360));
        Assert.False(_registry.TryAcquire("llm"));
    }

    [Fact]
    public async Task Of_a_rate_and_slots_the_one_that_is_nearer_to_its_end_is_shown()
    {
        using LimiterRegistry registry = new(new LimiterRegistryOptions { TimeProvider = new ManualClock(), AutoLoad = false });
        registry.ConfigureLimiter("llm", new LimiterOptions { RatePerSecond = 1, Burst = 2000, MaxConcurrent = 4 });
        using (Permit permit = await registry.AcquireAsync("llm", new AcquireOptions { Permits = 1000 }, TestContext.Current.CancellationToken))
        {
            Assert.Equal((1000, 2000), (registry.GetState("llm").Remaining, registry.GetState("llm").Limit));
            permit.Settle(100);
            Assert.Equal((3, 4), (registry.GetState("llm").Remaining, registry.GetState("llm").Limit));
        }

        Assert.Equal((1900, 2000), (registry.GetState("llm").Remaining, registry.GetState("llm").Limit));
    }

    [Fact]
    public void A_refused_rate_gives_its_slot_back()
    {
        _registry.ConfigureLimiter("both", new LimiterOptions { RatePerSecond = 1, Burst = 1, MaxConcurrent = 5 });
        Assert.True(_registry.TryAcquire("both"));
        for (int i = 0; i < 10; i++)
        {
            Assert.Equal("both/rate", _registry.Attempt("both").LimiterId);
        }

        Assert.Equal(1, _registry.GetMetrics("both").CurrentConcurrent);
        Assert.Equal(1, _registry.GetMetrics("both").TotalAcquisitions);
        Assert.Equal(10, _registry.GetMetrics("both").Refusals);
    }

    [Fact]
    public void Several_limiters_are_all_or_nothing_and_say_which_blocked()
    {
        _registry.ConfigureLimiter("wide", new LimiterOptions { RatePerSecond = 100 });
        _registry.ConfigureLimiter("narrow", new LimiterOptions { RatePerSecond = 1 });
        _registry.ConfigureLimiter("slots", new LimiterOptions { MaxConcurrent = 1 });
        MultiDecision first = _registry.AttemptAll("wide", "narrow", "slots");
        Assert.True(first.Allowed);
        MultiDecision second = _registry.AttemptAll("wide", "narrow", "slots");
        Assert.False(second.Allowed);
        Assert.Equal("narrow", second.BlockedBy);
        Assert.Equal(99, _registry.GetState("wide").Remaining);
        first.Dispose();
        first.Dispose();
        Assert.Equal(1, _registry.GetState("slots").Remaining);
        Assert.True(_registry.CheckAll().Allowed);
    }

    [Fact]
    public void Limiters_that_refer_to_others_are_all_or_nothing()
    {
        _registry.ConfigureLimiter("second", new LimiterOptions { RatePerSecond = 10 });
        _registry.ConfigureLimiter("minute", new LimiterOptions { Algorithm = LimiterAlgorithm.SlidingWindow, Limit = 15, Window = TimeSpan.FromMinutes(1) });
        _registry.ConfigureLimiter("both", new LimiterOptions { Limiters = ["second", "minute"] });
        Assert.Equal(10, Take("both", 30));
        _clock.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(5, Take("both", 30));
        Assert.Equal("minute", _registry.Attempt("both").LimiterId);
        Assert.Equal(5, _registry.GetState("second").Remaining);
    }

    [Fact]
    public void What_refers_to_itself_is_refused()
    {
        _registry.ConfigureLimiter("a", new LimiterOptions { RatePerSecond = 1 });
        _registry.ConfigureLimiter("b", new LimiterOptions { Limiters = ["a"] });
        ConfigurationException thrown = Assert.Throws<ConfigurationException>(() => _registry.ConfigureLimiter("a", new LimiterOptions { Limiters = ["b"] }));
        Assert.Contains("limiters", Assert.Single(thrown.Problems).Key, StringComparison.Ordinal);
    }

    [Fact]
    public void An_unknown_name_fails_and_names_the_nearest()
    {
        _registry.ConfigureLimiter("payments", new LimiterOptions { RatePerSecond = 1 });
        LimiterNotFoundException thrown = Assert.Throws<LimiterNotFoundException>(() => _registry.TryAcquire("paymnets"));
        Assert.Equal("payments", thrown.Nearest);
        Assert.Contains("Did you mean 'payments'?", thrown.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_clone_is_made_once_and_stands_alone()
    {
        _registry.ConfigureLimiter("api", new LimiterOptions { RatePerSecond = 2 });
        Limiter clone = _registry.CloneLimiter("api", "api:42");
        Assert.Same(clone, _registry.CloneLimiter("api", "api:42"));
        Assert.Equal(2, Take("api:42", 5));
        Assert.Equal(2, Take("api", 5));
        Assert.Throws<InvalidOperationException>(() => _registry.CloneLimiter("api", "api:42", new LimiterOverrides { RatePerSecond = 3 }));
        Assert.Equal("api", _registry.ListLimiters()["api:42"].ClonedFrom);
    }

    [Fact]
    public void Who_would_come_after_waiters_is_told_when()
    {
        _registry.ConfigureLimiter("q", new LimiterOptions { RatePerSecond = 2, Burst = 1 });
        Assert.True(_registry.TryAcquire("q"));
        _ = _registry.AcquireAsync("q", CancellationToken.None);
        Decision decision = _registry.Attempt("q");
        Assert.Equal(RefusalReason.WaitersInLine, decision.Reason);
        Assert.Equal(TimeSpan.FromSeconds(1), decision.RetryAfter);
        Assert.Equal(TimeSpan.FromSeconds(1), _registry.GetState("q").RetryAfter);
    }

    [Fact]
    public async Task Each_key_has_the_limits_to_itself_and_follows_changes()
    {
        _registry.ConfigureLimiter("api", new LimiterOptions { RatePerSecond = 0.1, Burst = 100, MaxConcurrent = 100 });
        LimiterClone user = _registry.For("api", "user-42");
        for (int i = 0; i < 80; i++)
        {
            Assert.True(_registry.For("api", "user-42").TryAcquire());
        }

        user.Release(80);
        Assert.True(_registry.For("api", "user-43").TryAcquire());
        _registry.ConfigureLimiter("api", new LimiterOptions { RatePerSecond = 0.1, Burst = 200 });
        Assert.Equal(120, user.Peek().Remaining);
        Assert.Equal("api:user-42", user.Id);
        LimiterClone gold = _registry.For("api", "user-42", new LimiterOverrides { Burst = 1000 });
        Assert.Equal(1000, gold.Peek().Remaining);
        await user.AcquireAsync(120, TestContext.Current.CancellationToken);
        Assert.False(user.TryAcquire());
        Assert.Throws<LimiterNotFoundException>(() => _registry.For("nope", "user-42"));
    }

    [Fact]
    public void By_name_allocates_nothing()
    {
        _registry.ConfigureLimiter("api", new LimiterOptions { RatePerSecond = 1e6, Burst = 1_000_000 });
        _registry.ConfigureLimiter("both", new LimiterOptions { RatePerSecond = 1e6, Burst = 1_000_000, MaxConcurrent = 100 });
        Use();
        long before = GC.GetAllocatedBytesForCurrentThread();
        Use();
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);

        void Use()
        {
            for (int i = 0; i < 100; i++)
            {
                _registry.TryAcquire("api");
                _registry.TryAcquire("both");
                _registry.Release("both");
                _registry.TryAcquire("both", out Permit permit, 3);
                permit.Dispose();
                _registry.AcquireAsync("api", CancellationToken.None).GetAwaiter().GetResult();
                _registry.For("api", "user-42").TryAcquire();
            }
        }
    }

    [Fact]
    public async Task After_disposal_calls_and_waits_say_so()
    {
        _registry.ConfigureLimiter("db", new LimiterOptions { MaxConcurrent = 1 });
        Limiter limiter = _registry.GetLimiter("db");
        Assert.True(limiter.TryAcquire());
        Task<Permit> wait = limiter.AcquireAsync(TestContext.Current.CancellationToken).AsTask();
        _registry.Dispose();
        await Assert.ThrowsAsync<ObjectDisposedException>(() => wait);
        Assert.Throws<ObjectDisposedException>(() => limiter.TryAcquire());
        Assert.Throws<ObjectDisposedException>(() => _registry.TryAcquire("db"));
    }

    private int Take(string id, int tries, Priority priority = Priority.Normal)
    {
        int granted = 0;
        for (int i = 0; i < tries; i++)
        {
            bool taken = priority == Priority.Normal && i % 2 == 0
                ? _registry.TryAcquire(id)
                : _registry.Attempt(id, new AcquireOptions { Priority = priority }).Allowed;
            granted += taken ? 1 : 0;
        }

        return granted;
    }
}
