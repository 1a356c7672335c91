using System.Threading.RateLimiting;
using RateSync.Fast.RateLimiting;

namespace RateSync.Fast.Tests.Platform.Hosting;

public sealed class PartitionTests
{
    [Fact]
    public void All_four_helpers_make_ours()
    {
        RateLimitPartition<string>[] partitions =
        [
            RateSyncPartition.GetTokenBucketLimiter("key", static _ => new TokenBucketRateLimiterOptions
            {
                TokenLimit = 7,
                TokensPerPeriod = 1,
                ReplenishmentPeriod = TimeSpan.FromHours(1),
            }),
            RateSyncPartition.GetFixedWindowLimiter("key", static _ => new FixedWindowRateLimiterOptions
            {
                PermitLimit = 7,
                Window = TimeSpan.FromHours(1),
            }),
            RateSyncPartition.GetSlidingWindowLimiter("key", static _ => new SlidingWindowRateLimiterOptions
            {
                PermitLimit = 7,
                Window = TimeSpan.FromHours(1),
                SegmentsPerWindow = 4,
            }),
            RateSyncPartition.GetConcurrencyLimiter("key", static _ => new ConcurrencyLimiterOptions { PermitLimit = 7 }),
        ];
        foreach (RateLimitPartition<string> partition in partitions)
        {
            Assert.Equal("key", partition.PartitionKey);
            using RateLimiter limiter = partition.Factory("key");
            Assert.IsNotType<ReplenishingRateLimiter>(limiter, exactMatch: false);
            using RateLimitLease lease = limiter.AttemptAcquire(7);
            Assert.True(lease.IsAcquired);
            Assert.True(lease.TryGetMetadata(RateSyncMetadataName.Limit, out long limit));
            Assert.Equal(7, limit);
            Assert.False(limiter.AttemptAcquire().IsAcquired);
        }
    }

    [Fact]
    public void A_new_key_is_told_to_the_factory()
    {
        List<string> keys = [];
        ConcurrencyLimiterOptions OneAtOnce(string key)
        {
            keys.Add(key);
            return new ConcurrencyLimiterOptions { PermitLimit = 1 };
        }

        using PartitionedRateLimiter<string> limiter = PartitionedRateLimiter.Create<string, string>(
            resource => RateSyncPartition.GetConcurrencyLimiter(resource, OneAtOnce));
        limiter.AttemptAcquire("a").Dispose();
        limiter.AttemptAcquire("a").Dispose();
        limiter.AttemptAcquire("b").Dispose();
        Assert.Equal(["a", "b"], keys);
    }
}
