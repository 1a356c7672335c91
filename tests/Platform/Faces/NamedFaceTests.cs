using System.Net;
using System.Threading.RateLimiting;
using RateSync.Fast.RateLimiting;
using RateSync.Fast.Tests.Shared;

namespace RateSync.Fast.Tests.Platform.Faces;

/// <summary>Limiters of the file, by name and for each key, with the platform's face.</summary>
public sealed class NamedFaceTests : IDisposable
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(30);

    private readonly ManualClock _clock = new();
    private readonly LimiterRegistry _registry;

    public NamedFaceTests() =>
        _registry = new LimiterRegistry(new LimiterRegistryOptions { AutoLoad = false, TimeProvider = _clock });

    public void Dispose() => _registry.Dispose();

    [Fact]
    public async Task Each_key_has_the_limits_of_the_name_to_itself()
    {
        _registry.ConfigureLimiter("api", new LimiterOptions { RatePerSecond = 10, Burst = 2 });
        using PartitionedRateLimiter<string> face = Face();
        Assert.True(face.AttemptAcquire("a", 2).IsAcquired);
        RateLimitLease refused = face.AttemptAcquire("a");
        Assert.False(refused.IsAcquired);
        Assert.True(refused.TryGetMetadata(MetadataName.RetryAfter, out TimeSpan after));
        Assert.InRange(after, TimeSpan.FromMilliseconds(100), TimeSpan.FromMilliseconds(100.01));
        Assert.True(refused.TryGetMetadata(RateSyncMetadataName.RetryAfterSeconds, out int seconds));
        Assert.Equal(1, seconds);
        Assert.True(refused.TryGetMetadata(RateSyncMetadataName.Limit, out long limit));
        Assert.Equal(2, limit);
        Assert.True(refused.TryGetMetadata(RateSyncMetadataName.Remaining, out long remaining));
        Assert.Equal(0, remaining);
        Assert.True(refused.TryGetMetadata(RateSyncMetadataName.Reset, out TimeSpan reset));
        Assert.InRange(reset, TimeSpan.FromMilliseconds(200), TimeSpan.FromMilliseconds(200.01));
        RateLimitLease granted = await face.AcquireAsync("b", 2);
        Assert.True(granted.IsAcquired);
        Assert.True(granted.TryGetMetadata(RateSyncMetadataName.Limit, out limit));
        Assert.Equal(2, limit);

        // By name and by face it is one and the same.
        Assert.False(_registry.For("api", "b").TryAcquire());
        _clock.Advance(after);
        Assert.True(_registry.For("api", "a").TryAcquire());
        Assert.False(face.AttemptAcquire("a").IsAcquired);
    }

    [Fact]
    public void A_key_may_be_an_address_of_which_the_prefix_counts()
    {
        _registry.ConfigureLimiter("api", new LimiterOptions { RatePerSecond = 0.001, Burst = 1 });
        using PartitionedRateLimiter<IPAddress> face = _registry.AsPartitionedRateLimiter<IPAddress>("api", static address => address);
        Assert.True(face.AttemptAcquire(IPAddress.Parse("2001:db8::1")).IsAcquired);
        Assert.False(face.AttemptAcquire(IPAddress.Parse("2001:db8::2")).IsAcquired);
        Assert.True(face.AttemptAcquire(IPAddress.Parse("2001:db8:0:1::1")).IsAcquired);
        Assert.True(face.AttemptAcquire(IPAddress.Parse("203.0.113.7")).IsAcquired);
        Assert.False(face.AttemptAcquire(IPAddress.Parse("::ffff:203.0.113.7")).IsAcquired);
    }

    [Fact]
    public void Slots_of_a_key_come_back_once_from_any_number_of_threads()
    {
        _registry.ConfigureLimiter("api", new LimiterOptions { MaxConcurrent = 2 });
        using PartitionedRateLimiter<string> face = Face();
        RateLimitLease first = face.AttemptAcquire("a");
        RateLimitLease second = face.AttemptAcquire("a");
        Assert.True(first.IsAcquired && second.IsAcquired);
        RateLimitLease refused = face.AttemptAcquire("a");
        Assert.False(refused.IsAcquired);
        Assert.False(refused.TryGetMetadata(MetadataName.RetryAfter, out _));
        Assert.True(face.AttemptAcquire("b").IsAcquired);
        Parallel.For(0, 8, _ => first.Dispose());
        Assert.Equal(1, face.GetStatistics("a")!.CurrentAvailablePermits);
        second.Dispose();
        first.Dispose();
        Assert.Equal(2, face.GetStatistics("a")!.CurrentAvailablePermits);
    }

    [Fact]
    public void A_new_limit_holds_at_once()
    {
        _registry.ConfigureLimiter("api", new LimiterOptions { RatePerSecond = 0.001, Burst = 2 });
        using PartitionedRateLimiter<string> face = Face();
        RateLimitLease granted = face.AttemptAcquire("a", 2);
        Assert.True(granted.IsAcquired);
        Assert.False(face.AttemptAcquire("a").IsAcquired);
        _registry.ConfigureLimiter("api", new LimiterOptions { RatePerSecond = 0.001, Burst = 5 });
        Assert.True(face.AttemptAcquire("a", 3).IsAcquired);
        Assert.False(face.AttemptAcquire("a").IsAcquired);
        Assert.True(granted.TryGetMetadata(RateSyncMetadataName.Limit, out long limit));
        Assert.Equal(5, limit);
        _registry.ConfigureLimiter("api", new LimiterOptions { Algorithm = LimiterAlgorithm.SlidingWindow, Limit = 1, Window = TimeSpan.FromHours(1) });
        Assert.False(face.AttemptAcquire("a").IsAcquired);
        Assert.True(face.AttemptAcquire("b").IsAcquired);
        Assert.Throws<ArgumentOutOfRangeException>(() => face.AttemptAcquire("b", 2));
    }

    [Fact]
    public void A_lease_from_before_there_were_slots_frees_nobody_elses()
    {
        _registry.ConfigureLimiter("api", new LimiterOptions { RatePerSecond = 1000, Burst = 10 });
        using PartitionedRateLimiter<string> face = Face();
        RateLimitLease early = face.AttemptAcquire("a");
        _registry.ConfigureLimiter("api", new LimiterOptions { RatePerSecond = 1000, Burst = 10, MaxConcurrent = 1 });
        RateLimitLease late = face.AttemptAcquire("a");
        Assert.True(early.IsAcquired && late.IsAcquired);
        early.Dispose();
        Assert.False(face.AttemptAcquire("a").IsAcquired);
        late.Dispose();
        Assert.True(face.AttemptAcquire("a").IsAcquired);
    }

    [Fact]
    public void Slots_come_back_when_they_are_no_longer_limited_and_when_the_face_is_gone()
    {
        LimiterOptions one = new() { MaxConcurrent = 1 };
        _registry.ConfigureLimiter("api", one);
        PartitionedRateLimiter<string> face = Face();
        RateLimitLease lease = face.AttemptAcquire("a");
        Assert.True(lease.IsAcquired);
        _registry.ConfigureLimiter("api", new LimiterOptions { RatePerSecond = 1000, Burst = 10 });
        RateLimitLease more = face.AttemptAcquire("a");
        Assert.True(more.IsAcquired);
        _registry.ConfigureLimiter("api", one);
        face.Dispose();
        lease.Dispose();
        more.Dispose();
        Assert.True(_registry.For("api", "a").TryAcquire());
        Assert.False(_registry.For("api", "a").TryAcquire());
    }

    [Fact]
    public void In_shadow_all_is_granted_and_what_was_not_taken_is_not_given_back()
    {
        LimiterOptions one = new() { MaxConcurrent = 1 };
        _registry.ConfigureLimiter("api", one with { Shadow = true });
        using PartitionedRateLimiter<string> face = Face();
        using RateLimitLease held = face.AttemptAcquire("a");
        RateLimitLease shadowed = face.AttemptAcquire("a");
        Assert.True(held.IsAcquired && shadowed.IsAcquired);
        shadowed.Dispose();
        _registry.ConfigureLimiter("api", one);
        Assert.False(face.AttemptAcquire("a").IsAcquired);
    }

    [Fact]
    public async Task Waits_are_as_the_name_says()
    {
        LimiterOptions slots = new() { MaxConcurrent = 1 };
        _registry.ConfigureLimiter("api", slots);
        using PartitionedRateLimiter<string> face = Face();
        RateLimitLease first = face.AttemptAcquire("a");

        // Without a timeout nobody waits.
        ValueTask<RateLimitLease> refused = face.AcquireAsync("a");
        Assert.True(refused.IsCompletedSuccessfully);
        Assert.False((await refused).IsAcquired);

        // With one, in line, as many as the queue limit allows.
        _registry.ConfigureLimiter("api", slots with { Timeout = TimeSpan.FromSeconds(10), QueueLimit = 1 });
        Task<RateLimitLease> wait = face.AcquireAsync("a").AsTask();
        Assert.False(wait.IsCompleted);
        Assert.Equal(1, face.GetStatistics("a")!.CurrentQueuedCount);
        RateLimitLease full = await face.AcquireAsync("a").AsTask().WaitAsync(s_patience);
        Assert.False(full.IsAcquired);
        first.Dispose();
        RateLimitLease second = await wait.WaitAsync(s_patience);
        Assert.True(second.IsAcquired);

        Task<RateLimitLease> late = face.AcquireAsync("a").AsTask();
        _clock.Advance(TimeSpan.FromSeconds(10));
        Assert.False((await late.WaitAsync(s_patience)).IsAcquired);
        second.Dispose();
        Assert.Equal(1, face.GetStatistics("a")!.CurrentAvailablePermits);
    }

    [Fact]
    public async Task Cancellation_and_disposal_end_a_wait_and_take_nothing()
    {
        _registry.ConfigureLimiter("api", new LimiterOptions { MaxConcurrent = 1, Timeout = TimeSpan.FromSeconds(10) });
        PartitionedRateLimiter<string> face = Face();
        RateLimitLease held = face.AttemptAcquire("a");
        using CancellationTokenSource cancel = new();
        Task<RateLimitLease> cancelled = face.AcquireAsync("a", 1, cancel.Token).AsTask();
        Task<RateLimitLease> waiting = face.AcquireAsync("a").AsTask();
        await cancel.CancelAsync();
        OperationCanceledException end = await Assert.ThrowsAnyAsync<OperationCanceledException>(() => cancelled.WaitAsync(s_patience));
        Assert.Equal(cancel.Token, end.CancellationToken);
        Assert.Equal(1, face.GetStatistics("a")!.CurrentQueuedCount);
        await face.DisposeAsync();
        RateLimitLease ended = await waiting.WaitAsync(s_patience);
        Assert.False(ended.IsAcquired);
        Assert.True(ended.TryGetMetadata(MetadataName.ReasonPhrase, out string? reason));
        Assert.Equal("The limiter has been disposed of.", reason);
        Assert.Throws<ObjectDisposedException>(() => face.AttemptAcquire("a"));
        Assert.Throws<ObjectDisposedException>(() => face.GetStatistics("a"));

        // The registry lives, and the slot comes back to it.
        LimiterClone clone = _registry.For("api", "a");
        Assert.False(clone.TryAcquire());
        held.Dispose();
        Assert.True(clone.TryAcquire());
    }

    [Fact]
    public async Task The_end_of_the_registry_fails_those_who_wait()
    {
        _registry.ConfigureLimiter("api", new LimiterOptions { MaxConcurrent = 1, Timeout = TimeSpan.FromSeconds(10) });
        using PartitionedRateLimiter<string> face = Face();
        RateLimitLease held = face.AttemptAcquire("a");
        Task<RateLimitLease> waiting = face.AcquireAsync("a").AsTask();
        _registry.Dispose();
        Assert.False((await waiting.WaitAsync(s_patience)).IsAcquired);
        Assert.Throws<ObjectDisposedException>(() => face.AttemptAcquire("a"));
        held.Dispose();
    }

    [Fact]
    public async Task What_cannot_be_is_said_at_construction()
    {
        _registry.ConfigureLimiter("api", new LimiterOptions { RatePerSecond = 1, Burst = 2 });
        _registry.ConfigureLimiter("other", new LimiterOptions { RatePerSecond = 1, Burst = 2 });
        _registry.ConfigureLimiter("both", new LimiterOptions { Limiters = ["api", "other"] });
        LimiterNotFoundException missing = Assert.Throws<LimiterNotFoundException>(
            () => _registry.AsPartitionedRateLimiter<string>("apu", static key => key));
        Assert.Equal("api", missing.Nearest);
        _registry.ConfigureLimiter("fair", new LimiterOptions { RatePerSecond = 1, Fair = true });
        foreach (string name in (string[])["both", "fair"])
        {
            ConfigurationException impossible = Assert.Throws<ConfigurationException>(
                () => _registry.AsPartitionedRateLimiter<string>(name, static key => key));
            Assert.Contains($"Limiter '{name}' cannot be had for each key", impossible.Message, StringComparison.Ordinal);
        }

        Assert.Throws<LimiterNotFoundException>(() => RateSyncPartition.GetNamedLimiter("apu", "key", _registry));
        Assert.Throws<ArgumentException>(() => _registry.AsPartitionedRateLimiter<string>(" ", static key => key));
        Assert.Throws<ArgumentNullException>(() => _registry.AsPartitionedRateLimiter<string>("api", null!));
        Assert.Throws<ArgumentNullException>(() => ((LimiterRegistry)null!).AsPartitionedRateLimiter<string>("api", static key => key));
        using PartitionedRateLimiter<string> face = Face();
        Assert.Throws<ArgumentNullException>(() => face.AttemptAcquire(null!));
        Assert.Throws<ArgumentOutOfRangeException>(() => face.AttemptAcquire("a", 3));
        Assert.Throws<ArgumentOutOfRangeException>(() => face.AttemptAcquire("a", -1));
        await Assert.ThrowsAsync<TaskCanceledException>(async () => await face.AcquireAsync("a", 1, new CancellationToken(canceled: true)));
        Assert.True(face.AttemptAcquire("a", 0).IsAcquired);
        Assert.True(face.AttemptAcquire("a", 2).IsAcquired);
        Assert.False(face.AttemptAcquire("a", 0).IsAcquired);
    }

    [Fact]
    public void Refusals_and_grants_of_a_rate_allocate_nothing()
    {
        _registry.ConfigureLimiter("api", new LimiterOptions { RatePerSecond = 0.001, Burst = 100 });
        using PartitionedRateLimiter<string> face = Face();
        Use(face, 100);
        long before = GC.GetAllocatedBytesForCurrentThread();
        Use(face, 100);
        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());

        static void Use(PartitionedRateLimiter<string> face, int times)
        {
            for (int i = 0; i < times; i++)
            {
                face.AttemptAcquire("a").Dispose();
                face.AttemptAcquire("b", 50).Dispose();
            }
        }
    }

    private PartitionedRateLimiter<string> Face() => _registry.AsPartitionedRateLimiter<string>("api", static key => key);
}
