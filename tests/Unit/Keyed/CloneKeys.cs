using System.Net;

namespace RateSync.Fast.Tests.Unit.Keyed;

/// <summary>What a clone of a named limiter is chosen by, and what a grant leaves to give back.</summary>
public sealed class CloneKeys : IDisposable
{
    private static readonly LimiterOptions s_one = new() { RatePerSecond = 1e-3, Burst = 1 };

    private readonly LimiterRegistry _registry = new(new LimiterRegistryOptions { AutoLoad = false });

    public void Dispose() => _registry.Dispose();

    [Fact]
    public void Text_is_the_same_key_however_it_is_given()
    {
        _registry.ConfigureLimiter("api", s_one);
        LimiterClone text = _registry.For("api", "alice");
        LimiterClone key = _registry.For("api", (LimiterKey)"alice");
        LimiterClone span = _registry.For("api", "my alice".AsSpan(3));
        Assert.Equal(text, key);
        Assert.Equal(text, span);
        Assert.Equal("api:alice", span.Id);
        Assert.Equal(text.GetHashCode(), span.GetHashCode());
        Assert.True(text.TryAcquire());
        Assert.False(key.TryAcquire());
        Assert.False(span.TryAcquire());
    }

    [Fact]
    public void Kinds_of_keys_are_different_keys_even_if_they_read_the_same()
    {
        _registry.ConfigureLimiter("api", s_one);
        LimiterClone number = _registry.For("api", 1L);
        LimiterClone text = _registry.For("api", "1");
        Assert.Equal(text.Id, number.Id);
        Assert.NotEqual(text, number);
        Assert.True(number.TryAcquire());
        Assert.True(text.TryAcquire());
        Assert.False(_registry.For("api", 1L).TryAcquire());
    }

    [Fact]
    public void Of_an_address_the_prefix_counts()
    {
        _registry.ConfigureLimiter("api", s_one);
        LimiterClone first = _registry.For("api", IPAddress.Parse("2001:db8::1"));
        Assert.Equal(first, _registry.For("api", IPAddress.Parse("2001:db8::ffff")));
        Assert.NotEqual(first, _registry.For("api", IPAddress.Parse("2001:db8:0:1::1")));
        Assert.Equal("2001:db8::/64", first.Key);
        LimiterOverrides two = new() { Burst = 2 };
        LimiterClone gold = _registry.For("api", IPAddress.Parse("2001:db8::1"), two);
        Assert.True(gold.TryAcquire(2));
        Assert.False(_registry.For("api", IPAddress.Parse("2001:db8::2"), two).TryAcquire());
        Assert.True(first.TryAcquire());
        Assert.Throws<ArgumentNullException>(() => _registry.For("api", (LimiterKey)"a", null!));
    }

    [Fact]
    public async Task A_grant_says_how_many_slots_it_holds()
    {
        _registry.ConfigureLimiter("api", new LimiterOptions { RatePerSecond = 1e-3, Burst = 3 });
        LimiterClone clone = _registry.For("api", "a");
        Assert.Equal(0, clone.Attempt().SlotsToRelease);
        _registry.ConfigureLimiter("api", new LimiterOptions { RatePerSecond = 1e-3, Burst = 3, MaxConcurrent = 2 });
        Assert.Equal(0, clone.Peek(2).SlotsToRelease);
        Assert.Equal(2, clone.Attempt(2).SlotsToRelease);
        Decision noSlot = clone.Attempt();
        Assert.False(noSlot.Allowed);
        Assert.Equal(0, noSlot.SlotsToRelease);
        clone.Release(2);
        Decision noPermit = clone.Attempt();
        Assert.False(noPermit.Allowed);
        Assert.Equal(0, noPermit.SlotsToRelease);

        // Granted to one who waited.
        _registry.ConfigureLimiter("api", new LimiterOptions { MaxConcurrent = 1 });
        Assert.True(clone.TryAcquire());
        ValueTask<Decision> wait = clone.AttemptAsync(1, Timeout.InfiniteTimeSpan, TestContext.Current.CancellationToken);
        clone.Release();
        Assert.Equal(1, (await wait).SlotsToRelease);

        // What a shadow let pass holds nothing.
        _registry.ConfigureLimiter("api", new LimiterOptions { MaxConcurrent = 1, Shadow = true });
        Decision shadowed = clone.Attempt();
        Assert.True(shadowed is { Allowed: true, IsShadowed: true, SlotsToRelease: 0, Reason: RefusalReason.NotEnoughPermits });
    }

    [Fact]
    public async Task So_does_a_grant_of_a_keyed_limiter()
    {
        using KeyedLimiter slots = KeyedLimiter.Concurrency(2);
        Assert.Equal(2, slots.Attempt("a", 2).SlotsToRelease);
        Assert.Equal(0, slots.Attempt("a").SlotsToRelease);
        ValueTask<Decision> wait = slots.AttemptAsync("a", 1, Timeout.InfiniteTimeSpan, TestContext.Current.CancellationToken);
        slots.Release("a", 2);
        Assert.Equal(1, (await wait).SlotsToRelease);
        using KeyedLimiter rate = new(1, 2);
        Assert.Equal(0, rate.Attempt("a", 2).SlotsToRelease);
    }
}
