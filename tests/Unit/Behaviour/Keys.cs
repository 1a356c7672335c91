using System.Net;
using System.Text;
using RateSync.Fast.Tests.Shared;

namespace RateSync.Fast.Tests.Unit.Behaviour;

/// <summary>Which keys are the same, and which are asked for most.</summary>
public sealed class Keys : IDisposable
{
    private readonly KeyedLimiter _once = new(0.001, 1, timeProvider: new ManualClock());

    public void Dispose() => _once.Dispose();

    [Fact]
    public void Text_is_the_same_key_however_it_is_held()
    {
        Assert.True(_once.TryAcquire("key"));
        Assert.False(_once.TryAcquire("a key".AsSpan(2)));
        Assert.False(_once.TryAcquire((LimiterKey)"key"));
        Assert.True(_once.TryAcquire("Key"));
    }

    [Fact]
    public void Keys_of_different_kinds_are_different()
    {
        Guid guid = Guid.Parse("00000000-0000-0000-0000-00000000002a");
        Assert.True(_once.TryAcquire("42"));
        Assert.True(_once.TryAcquire(42));
        Assert.True(_once.TryAcquire(guid));
        Assert.True(_once.TryAcquire(IPAddress.Parse("0.0.0.42")));
        Assert.True(_once.TryAcquire(IPAddress.Parse("0:0:0:1::")));
        Assert.False(_once.TryAcquire(42L));
        Assert.False(_once.TryAcquire(guid));
        Assert.True(_once.TryAcquire(Encoding.UTF8.GetBytes("42").AsSpan()));
    }

    [Fact]
    public void Addresses_are_the_same_within_their_prefix_and_however_they_are_written()
    {
        Assert.True(_once.TryAcquire(IPAddress.Parse("2001:db8:1:2::1")));
        Assert.False(_once.TryAcquire(IPAddress.Parse("2001:db8:1:2:ffff::9")));
        Assert.True(_once.TryAcquire(IPAddress.Parse("2001:db8:1:3::1")));
        Assert.True(_once.TryAcquire(IPAddress.Parse("192.0.2.1")));
        Assert.False(_once.TryAcquire(IPAddress.Parse("::ffff:192.0.2.1")));
        Assert.True(_once.TryAcquire(IPAddress.Parse("192.0.2.2")));
    }

    [Fact]
    public void The_busiest_keys_are_found_among_many()
    {
        KeyedLimiter limiter = new(1, 10, new() { TopKeys = 100 }, new ManualClock());
        for (int i = 0; i < 60_000; i++)
        {
            limiter.TryAcquire(i % 2 == 0 ? "busy" : $"quiet {i}");
        }

        // One in 64 is looked at: some 470 of the 30,000.
        KeyActivity first = limiter.GetHottestKeys(1).Single();
        Assert.Equal("busy", first.Key);
        Assert.InRange(first.Count, 20_000, 40_000);
        Assert.Equal("busy", limiter.GetMostRefusedKeys(1).Single().Key);
        Assert.True(limiter.GetHottestKeys(1000).Count <= 100);
        Assert.Empty(_once.GetHottestKeys());
    }

    [Fact]
    public void Keyed_figures_count_what_happened()
    {
        KeyedLimiter limiter = new(1, 2, new() { Id = "users" }, new ManualClock());
        Assert.True(limiter.TryAcquire("a", 2));
        Assert.True(limiter.TryAcquire("b"));
        Assert.False(limiter.TryAcquire("a"));
        KeyedMetrics metrics = limiter.GetMetrics();
        Assert.Equal(("users", 2L, 1L, 2L), (metrics.LimiterId, metrics.TotalAcquisitions, metrics.Refusals, metrics.Keys));
        Assert.True(metrics.MemoryBytes > 0);
        Assert.StartsWith("users: refused (NotEnoughPermits), 1 short", limiter.Attempt("a").ToString(), StringComparison.Ordinal);
    }
}
