using System.Threading.RateLimiting;
using RateSync.Fast.RateLimiting;

namespace RateSync.Fast.Tests.Platform.Faces;

/// <summary>Limiters of the file, by name, in the platform's own partitions.</summary>
public sealed class NamedPartitionTests : IDisposable
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(30);

    private readonly LimiterRegistry _registry = new(new LimiterRegistryOptions { AutoLoad = false });

    public void Dispose() => _registry.Dispose();

    [Fact]
    public void Names_and_registries_have_partitions_of_their_own_for_the_same_key()
    {
        using LimiterRegistry other = new(new LimiterRegistryOptions { AutoLoad = false });
        _registry.ConfigureLimiter("free", new LimiterOptions { RatePerSecond = 0.001, Burst = 1 });
        _registry.ConfigureLimiter("paid", new LimiterOptions { RatePerSecond = 0.001, Burst = 2 });
        other.ConfigureLimiter("free", new LimiterOptions { RatePerSecond = 0.001, Burst = 3 });
        using PartitionedRateLimiter<(LimiterRegistry Registry, string Plan)> limiter = PartitionedRateLimiter.Create<(LimiterRegistry, string), LimiterClone>(
            static client => RateSyncPartition.GetNamedLimiter(client.Item2, "alice", client.Item1));
        Assert.Equal(1, Granted(limiter, (_registry, "free")));
        Assert.Equal(2, Granted(limiter, (_registry, "paid")));
        Assert.Equal(3, Granted(limiter, (other, "free")));
        Assert.Equal(_registry.For("free", "alice"), RateSyncPartition.GetNamedLimiter("free", "alice", _registry).PartitionKey);
        Assert.NotEqual(_registry.For("free", "1"), RateSyncPartition.GetNamedLimiter("free", 1L, _registry).PartitionKey);
    }

    [Fact]
    public async Task What_a_key_has_spent_outlives_its_object()
    {
        _registry.ConfigureLimiter("api", new LimiterOptions { RatePerSecond = 0.001, Burst = 2, MaxConcurrent = 1 });
        RateLimiter first = Make("a");
        RateLimitLease lease = await first.AcquireAsync();
        Assert.True(lease.IsAcquired);
        await first.DisposeAsync();
        Assert.Throws<ObjectDisposedException>(() => first.AttemptAcquire());
        using RateLimiter second = Make("a");
        Assert.False(second.AttemptAcquire().IsAcquired);
        lease.Dispose();
        lease.Dispose();
        Assert.True(second.AttemptAcquire().IsAcquired);
        Assert.Equal(1, _registry.GetCloneMetrics("api").Keys);
    }

    [Fact]
    public async Task It_is_idle_unless_somebody_waits()
    {
        _registry.ConfigureLimiter("api", new LimiterOptions { MaxConcurrent = 1, Timeout = TimeSpan.FromMinutes(10) });
        RateLimiter limiter = Make("a");
        Assert.True(limiter.IdleDuration >= TimeSpan.Zero);
        using RateLimitLease lease = limiter.AttemptAcquire();
        Assert.True(limiter.IdleDuration >= TimeSpan.Zero);
        Task<RateLimitLease> wait = limiter.AcquireAsync().AsTask();
        Assert.Null(limiter.IdleDuration);
        lease.Dispose();
        RateLimitLease second = await wait.WaitAsync(s_patience);
        Assert.True(second.IsAcquired);
        Assert.True(limiter.IdleDuration >= TimeSpan.Zero);
        Task<RateLimitLease> last = limiter.AcquireAsync().AsTask();
        limiter.Dispose();
        Assert.False((await last.WaitAsync(s_patience)).IsAcquired);
        Assert.Equal(0, _registry.For("api", "a").Peek().Waiting);
    }

    [Fact]
    public async Task A_named_limiter_itself_is_a_partition_for_all_that_follows_changes()
    {
        _registry.ConfigureLimiter("all", new LimiterOptions { MaxConcurrent = 1 });
        using PartitionedRateLimiter<string> limiter = PartitionedRateLimiter.Create<string, string>(_ => RateLimitPartition.Get(
            "all", id => _registry.GetLimiter(id).AsRateLimiter(new RateLimiterFaceOptions { QueueLimit = 1 })));
        RateLimitLease first = limiter.AttemptAcquire("a");
        Assert.True(first.IsAcquired);
        Assert.False(limiter.AttemptAcquire("b").IsAcquired);
        _registry.ConfigureLimiter("all", new LimiterOptions { MaxConcurrent = 2 });
        RateLimitLease second = limiter.AttemptAcquire("b");
        Assert.True(second.IsAcquired);
        Task<RateLimitLease> wait = limiter.AcquireAsync("c").AsTask();
        Assert.False(wait.IsCompleted);
        first.Dispose();
        Assert.True((await wait.WaitAsync(s_patience)).IsAcquired);
    }

    private static int Granted(PartitionedRateLimiter<(LimiterRegistry Registry, string Plan)> limiter, (LimiterRegistry, string) client)
    {
        int granted = 0;
        while (limiter.AttemptAcquire(client).IsAcquired)
        {
            granted++;
        }

        return granted;
    }

    private RateLimiter Make(string key)
    {
        RateLimitPartition<LimiterClone> partition = RateSyncPartition.GetNamedLimiter("api", key, _registry);
        return partition.Factory(partition.PartitionKey);
    }
}
