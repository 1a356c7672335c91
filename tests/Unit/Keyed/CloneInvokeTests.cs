using RateSync.Fast.Tests.Shared;

namespace RateSync.Fast.Tests.Unit.Keyed;

/// <summary>Work done with a slot of a key: the slot is held meanwhile and comes back, whatever comes of the work.</summary>
public sealed class CloneInvokeTests : IDisposable
{
    private readonly LimiterRegistry _registry = new(new LimiterRegistryOptions { TimeProvider = new ManualClock() });

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
