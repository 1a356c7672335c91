using System.Threading.RateLimiting;
using RateSync.Fast.RateLimiting;
using RateSync.Fast.Tests.Shared;

namespace RateSync.Fast.Tests.Platform.Faces;

public sealed class MetadataTests
{
    private static readonly TimeSpan s_tick = TimeSpan.FromTicks(1);

    [Theory]
    [MemberData(nameof(Kinds.Rates), MemberType = typeof(Kinds))]
    public void Retry_after_is_exact_on_every_refusal(string kind)
    {
        Random random = new(20_300_101);
        for (int round = 0; round < 50; round++)
        {
            ManualClock clock = new(start: random.Next());
            int limit = random.Next(1, 20);
            using RateLimiter limiter = Kinds.Make(kind, limit, clock);
            for (int call = 0; call < 100; call++)
            {
                int permits = random.Next(1, limit + 1);
                using RateLimitLease lease = limiter.AttemptAcquire(permits);
                if (!lease.IsAcquired)
                {
                    Assert.True(lease.TryGetMetadata(MetadataName.RetryAfter, out TimeSpan after));
                    Assert.True(after > TimeSpan.Zero);
                    clock.Advance(after - s_tick);
                    Assert.False(limiter.AttemptAcquire(permits).IsAcquired, "sooner than said");
                    clock.Advance(s_tick);
                    Assert.True(limiter.AttemptAcquire(permits).IsAcquired, "not when said");
                }

                clock.Advance(TimeSpan.FromTicks(random.Next(0, 3_000_000)));
            }
        }
    }

    [Theory]
    [MemberData(nameof(Kinds.Rates), MemberType = typeof(Kinds))]
    public async Task Retry_after_lets_those_in_line_go_first(string kind)
    {
        ManualClock clock = new();
        using RateLimiter limiter = Kinds.Make(kind, 10, clock, queueLimit: 25);
        limiter.AttemptAcquire(10);
        Task<RateLimitLease>[] waits = [.. Enumerable.Range(0, 5).Select(_ => limiter.AcquireAsync(5).AsTask())];
        RateLimitLease refused = await limiter.AcquireAsync(5);
        Assert.False(refused.IsAcquired);
        Assert.True(refused.TryGetMetadata(MetadataName.RetryAfter, out TimeSpan after));
        Assert.Equal(TimeSpan.FromSeconds(3), after);
        Assert.True(refused.TryGetMetadata(MetadataName.ReasonPhrase, out string? reason));
        Assert.Contains("queue limit", reason, StringComparison.Ordinal);
        clock.Advance(after);
        await Task.WhenAll(waits).WaitAsync(TimeSpan.FromSeconds(30));
        Assert.True(limiter.AttemptAcquire(5).IsAcquired);
    }

    [Theory]
    [MemberData(nameof(Kinds.Rates), MemberType = typeof(Kinds))]
    public void Limit_remaining_and_reset_are_on_every_lease(string kind)
    {
        ManualClock clock = new();
        using RateLimiter limiter = Kinds.Make(kind, 4, clock);
        RateLimitLease granted = limiter.AttemptAcquire(3);
        Assert.Equal((4L, 1L), (Get(granted, RateSyncMetadataName.Limit), Get(granted, RateSyncMetadataName.Remaining)));
        Assert.Equal(TimeSpan.FromSeconds(kind == "token bucket" ? 0.75 : 1), Get(granted, RateSyncMetadataName.Reset));
        RateLimitLease refused = limiter.AttemptAcquire(2);
        Assert.Equal((4L, 1L), (Get(refused, RateSyncMetadataName.Limit), Get(refused, RateSyncMetadataName.Remaining)));
        Assert.Equal(TimeSpan.FromSeconds(kind == "token bucket" ? 0.75 : 1), Get(refused, RateSyncMetadataName.Reset));
        Assert.Equal(TimeSpan.FromSeconds(kind == "token bucket" ? 0.25 : 1), Get(refused, MetadataName.RetryAfter));

        // A refusal keeps its figures.
        clock.Advance(TimeSpan.FromMilliseconds(100));
        Assert.Equal(TimeSpan.FromSeconds(kind == "token bucket" ? 0.25 : 1), Get(refused, MetadataName.RetryAfter));
    }

    [Fact]
    public void Slots_come_back_in_no_known_time()
    {
        using RateLimiter limiter = Kinds.Make("slots", 1);
        using RateLimitLease granted = limiter.AttemptAcquire();
        using RateLimitLease refused = limiter.AttemptAcquire();
        Assert.Equal((1L, 0L), (Get(granted, RateSyncMetadataName.Limit), Get(granted, RateSyncMetadataName.Remaining)));
        Assert.Equal((1L, 0L), (Get(refused, RateSyncMetadataName.Limit), Get(refused, RateSyncMetadataName.Remaining)));
        Assert.False(refused.TryGetMetadata(MetadataName.RetryAfter, out _));
        Assert.False(refused.TryGetMetadata(RateSyncMetadataName.Reset, out _));
    }

    [Fact]
    public void A_lease_lists_the_names_that_it_answers_to()
    {
        foreach (string kind in (string[])[.. Kinds.Rates, "slots"])
        {
            using RateLimiter limiter = Kinds.Make(kind, 1);
            using RateLimitLease granted = limiter.AttemptAcquire();
            using RateLimitLease refused = limiter.AttemptAcquire();
            AssertNames(granted);
            AssertNames(refused);
        }

        using SlidingWindow window = new(1, TimeSpan.FromHours(1));
        using TicketSemaphore slots = new(1);
        using CompositeLimiter both = new(window, slots);
        using RateLimiter face = both.AsRateLimiter();
        using RateLimitLease first = face.AttemptAcquire();
        using RateLimitLease second = face.AttemptAcquire();
        AssertNames(first);
        AssertNames(second);
        foreach (KeyedLimiter keyed in (KeyedLimiter[])[new(1e-3, 1), KeyedLimiter.Concurrency(1)])
        {
            using KeyedLimiter disposed = keyed;
            using PartitionedRateLimiter<string> partitioned = keyed.AsPartitionedRateLimiter<string>(static key => key);
            using RateLimitLease one = partitioned.AttemptAcquire("key");
            using RateLimitLease two = partitioned.AttemptAcquire("key");
            Assert.True(one.IsAcquired);
            Assert.False(two.IsAcquired);
            AssertNames(one);
            AssertNames(two);
        }

        using LimiterRegistry registry = new(new LimiterRegistryOptions { AutoLoad = false });
        foreach (LimiterOptions limits in (LimiterOptions[])[new() { RatePerSecond = 1e-3, Burst = 1 }, new() { MaxConcurrent = 1 }])
        {
            registry.ConfigureLimiter("api", limits);
            using PartitionedRateLimiter<string> named = registry.AsPartitionedRateLimiter<string>("api", static key => key);
            using RateLimitLease one = named.AttemptAcquire(limits.ToString());
            using RateLimitLease two = named.AttemptAcquire(limits.ToString());
            Assert.True(one.IsAcquired);
            Assert.False(two.IsAcquired);
            AssertNames(one);
            AssertNames(two);
        }
    }

    private static void AssertNames(RateLimitLease lease)
    {
        string[] names =
        [
            MetadataName.RetryAfter.Name, MetadataName.ReasonPhrase.Name, RateSyncMetadataName.RetryAfterSeconds.Name,
            RateSyncMetadataName.Limit.Name, RateSyncMetadataName.Remaining.Name, RateSyncMetadataName.Reset.Name,
        ];
        Assert.Equal(names.Where(name => lease.TryGetMetadata(name, out _)).Order(), lease.MetadataNames.Order());
        Assert.False(lease.TryGetMetadata("SOMETHING_ELSE", out _));
        Assert.Equal(!lease.IsAcquired, lease.MetadataNames.Contains(MetadataName.ReasonPhrase.Name));
    }

    private static T? Get<T>(RateLimitLease lease, MetadataName<T> name)
    {
        Assert.True(lease.TryGetMetadata(name, out T? value));
        return value;
    }
}
