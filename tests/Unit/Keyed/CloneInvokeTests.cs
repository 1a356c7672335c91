using RateSync.Fast.Tests.Shared;

namespace RateSync.Fast.Tests.Unit.Keyed;

/// <summary>Work done with a slot of a key: the slot is held meanwhile and comes back, whatever comes of the work.</summary>
public sealed class CloneInvokeTests : IDisposable
{
    private readonly ManualClock _clock = new();
    private readonly LimiterRegistry _registry;

    public CloneInvokeTests() => _registry = new LimiterRegistry(new LimiterRegistryOptions { AutoLoad = false, TimeProvider = _clock });

    public void Dispose() => _registry.Dispose();

    [Fact]
    public async Task The_slot_of_the_key_is_held_while_the_work_is_done()
    {
        LimiterClone alice = Configure(maxConcurrent: 1);
        int answer = await alice.InvokeAsync(async _ =>
        {
            Assert.False(alice.TryAcquire());
            Assert.True(_registry.For("jobs", "bob").TryAcquire());
            await Task.Yield();
            return 42;
        });
        Assert.Equal(42, answer);
        Assert.True(alice.TryAcquire());
        Assert.False(alice.TryAcquire());
    }

    [Fact]
    public async Task The_next_in_line_has_it_when_the_work_fails()
    {
        LimiterClone alice = Configure(maxConcurrent: 1);
        TaskCompletionSource release = new();
        Task first = alice.InvokeAsync(async _ => await release.Task).AsTask();
        Task second = alice.InvokeAsync(static _ => default).AsTask();
        Assert.False(second.IsCompleted);
        release.SetException(new InvalidDataException());
        await Assert.ThrowsAsync<InvalidDataException>(() => first);
        await second.WaitAsync(TimeSpan.FromSeconds(60));
        Assert.True(alice.TryAcquire());
    }

    [Fact]
    public async Task A_call_that_began_before_there_were_slots_gives_none_back()
    {
        _registry.ConfigureLimiter("jobs", new LimiterOptions { RatePerSecond = 100, Burst = 100 });
        LimiterClone alice = _registry.For("jobs", "alice");
        await alice.InvokeAsync(_ =>
        {
            Configure(maxConcurrent: 1);
            Assert.True(alice.TryAcquire());
            return default;
        });
        Assert.False(alice.TryAcquire());
        alice.Release();
        Assert.True(alice.TryAcquire());
    }

    [Fact]
    public async Task A_call_that_waited_until_there_were_slots_gives_its_own_back()
    {
        _registry.ConfigureLimiter("jobs", new LimiterOptions { RatePerSecond = 1, Burst = 1 });
        LimiterClone alice = _registry.For("jobs", "alice");
        Assert.True(alice.TryAcquire());
        Task wait = alice.InvokeAsync(static _ => default).AsTask();
        Assert.False(wait.IsCompleted);
        _registry.ConfigureLimiter("jobs", new LimiterOptions { MaxConcurrent = 1 });
        await wait.WaitAsync(TimeSpan.FromSeconds(60));
        Assert.True(alice.TryAcquire());
    }

    [Fact]
    public async Task A_call_that_a_shadow_let_pass_frees_nobody_elses()
    {
        LimiterClone alice = Configure(maxConcurrent: 1);
        Assert.True(alice.TryAcquire());
        Task wait = alice.InvokeAsync(static _ => default).AsTask();
        Assert.False(wait.IsCompleted);
        _registry.ConfigureLimiter("jobs", new LimiterOptions { MaxConcurrent = 1, Shadow = true });
        await wait.WaitAsync(TimeSpan.FromSeconds(60));
        Configure(maxConcurrent: 1);
        Assert.False(alice.TryAcquire());
    }

    [Fact]
    public async Task A_refusal_is_the_exception_that_waiting_has()
    {
        _registry.ConfigureLimiter("jobs", new LimiterOptions { MaxConcurrent = 1, QueueLimit = 0 });
        LimiterClone alice = _registry.For("jobs", "alice");
        Assert.True(alice.TryAcquire());
        RateLimitRejectedException full = await Assert.ThrowsAsync<RateLimitRejectedException>(
            async () => await alice.InvokeAsync(static _ => default));
        Assert.Equal(RefusalReason.QueueFull, full.Decision.Reason);
        _registry.ConfigureLimiter("jobs", new LimiterOptions { MaxConcurrent = 1, Timeout = TimeSpan.Zero });
        await Assert.ThrowsAsync<RateLimitTimeoutException>(async () => await alice.InvokeAsync(static _ => new ValueTask<int>(1)));
        _registry.ConfigureLimiter("jobs", new LimiterOptions { MaxConcurrent = 1, Timeout = TimeSpan.FromSeconds(1) });
        Task late = alice.InvokeAsync(static _ => default).AsTask();
        _clock.Advance(TimeSpan.FromSeconds(1));
        await Assert.ThrowsAsync<RateLimitTimeoutException>(() => late.WaitAsync(TimeSpan.FromSeconds(60)));
    }

    [Fact]
    public async Task Without_work_nothing_is_taken()
    {
        LimiterClone alice = Configure(maxConcurrent: 1);
        await Assert.ThrowsAsync<ArgumentNullException>(async () => await alice.InvokeAsync(null!));
        await Assert.ThrowsAsync<ArgumentNullException>(async () => await alice.InvokeAsync<int>(null!));
        Assert.True(alice.TryAcquire());
    }

    private LimiterClone Configure(int maxConcurrent)
    {
        _registry.ConfigureLimiter("jobs", new LimiterOptions { RatePerSecond = 100, Burst = 100, MaxConcurrent = maxConcurrent });
        return _registry.For("jobs", "alice");
    }
}
