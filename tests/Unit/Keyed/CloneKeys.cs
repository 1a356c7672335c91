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
        Assert.Equal(default, clone.Attempt().Permit);
        _registry.ConfigureLimiter("api", new LimiterOptions { RatePerSecond = 1e-3, Burst = 3, MaxConcurrent = 2 });
        Assert.Equal(default, clone.Peek(2).Permit);

        // With a rate, one slot for each call, however many permits it asks for.
        _registry.ConfigureLimiter("api", new LimiterOptions { RatePerSecond = 1e-3, Burst = 5, MaxConcurrent = 2 });
        Permit two = clone.Attempt(2).Permit;
        Permit one = clone.Attempt().Permit;
        Assert.Equal((2, 1), (two.Permits, one.Permits));
        Decision noSlot = clone.Attempt();
        Assert.Equal((false, default), (noSlot.Allowed, noSlot.Permit));
        two.Dispose();
        two.Dispose();
        one.Dispose();
        Assert.True(clone.TryAcquire());
        Assert.Equal((false, default), (clone.Attempt().Allowed, clone.Attempt().Permit));
        clone.Release();

        // Granted to one who waited.
        _registry.ConfigureLimiter("api", new LimiterOptions { MaxConcurrent = 1 });
        Assert.True(clone.TryAcquire());
        ValueTask<Decision> wait = clone.AttemptAsync(1, Timeout.InfiniteTimeSpan, TestContext.Current.CancellationToken);
        clone.Release();
        Permit waited = (await wait).Permit;
        Assert.Equal(1, waited.Permits);
        Assert.Null(waited.Limiter);
        Assert.False(clone.TryAcquire());
        waited.Dispose();
        using (Permit acquired = await clone.AcquireAsync(TestContext.Current.CancellationToken))
        {
            Assert.Equal(1, acquired.Permits);
        }

        using Permit last = clone.Attempt().Permit;
        Assert.Equal(1, last.Permits);

        // What a shadow let pass holds nothing.
        _registry.ConfigureLimiter("api", new LimiterOptions { MaxConcurrent = 1, Shadow = true });
        Decision shadowed = clone.Attempt();
        Assert.True(shadowed is { Allowed: true, IsShadowed: true, Permit.Permits: 0, Reason: RefusalReason.NotEnoughPermits });
    }

    [Fact]
    public async Task So_does_a_grant_of_a_keyed_limiter()
    {
        using KeyedLimiter slots = KeyedLimiter.Concurrency(2);
        Permit permit = slots.Attempt("a", 2).Permit;
        Assert.Equal(2, permit.Permits);
        Assert.Equal(default, slots.Attempt("a").Permit);
        ValueTask<Decision> wait = slots.AttemptAsync("a", 1, Timeout.InfiniteTimeSpan, TestContext.Current.CancellationToken);
        permit.Refund(1);
        Assert.Equal(1, (await wait).Permit.Permits);
        Assert.False(slots.TryAcquire("a"));
        permit.Dispose();
        Assert.True(slots.TryAcquire("a"));
        slots.Release("a", 2);
        Assert.Throws<ArgumentOutOfRangeException>(() => permit.Settle(3));
        using KeyedLimiter rate = new(1, 2);
        Assert.Equal(default, rate.Attempt("a", 2).Permit);
    }

    [Fact]
    public void A_permit_of_a_key_settles_with_its_rate_while_it_holds_its_slot()
    {
        _registry.ConfigureLimiter("api", new LimiterOptions { RatePerSecond = 1e-3, Burst = 10, MaxConcurrent = 1 });
        LimiterClone clone = _registry.For("api", "a");
        Permit permit = clone.Attempt(6).Permit;
        permit.Settle(9);
        permit.Dispose();
        Assert.Equal(1, clone.Peek().Remaining);
        permit.Refund(6);
        Assert.Equal(1, clone.Peek().Remaining);
        Assert.Throws<ArgumentOutOfRangeException>(() => permit.Settle(7));
        Assert.True(clone.TryAcquire());
    }
}
