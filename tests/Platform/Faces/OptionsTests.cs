using System.Threading.RateLimiting;
using RateSync.Fast.RateLimiting;
using RateSync.Fast.Tests.Shared;

namespace RateSync.Fast.Tests.Platform.Faces;

/// <summary>What the platform's options come to.</summary>
public sealed class OptionsTests
{
    [Theory]
    [InlineData(1, 3_000)]
    [InlineData(1, 7_000)]
    [InlineData(7, 3_000)]
    [InlineData(10, 3_000)]
    [InlineData(100, 1_000)]
    [InlineData(1, 10)]
    [InlineData(12, 86_400_000)]
    public void A_token_comes_back_after_its_part_of_the_period(int tokens, int milliseconds)
    {
        ManualClock clock = new();
        using RateLimiter limiter = RateSyncRateLimiter.Create(
            new TokenBucketRateLimiterOptions
            {
                TokenLimit = tokens,
                TokensPerPeriod = tokens,
                ReplenishmentPeriod = TimeSpan.FromMilliseconds(milliseconds),
            },
            clock);
        Assert.True(limiter.AttemptAcquire(tokens).IsAcquired);
        Assert.True(limiter.AttemptAcquire(tokens).TryGetMetadata(MetadataName.RetryAfter, out TimeSpan all));
        Assert.Equal(TimeSpan.FromMilliseconds(milliseconds), all);
        Assert.True(limiter.AttemptAcquire().TryGetMetadata(MetadataName.RetryAfter, out TimeSpan one));
        Assert.Equal(Math.Ceiling(milliseconds * 10_000m / tokens), one.Ticks);
    }

    [Fact]
    public void Never_more_than_the_nominal_rate()
    {
        Random random = new(3);
        for (int i = 0; i < 200; i++)
        {
            int tokens = random.Next(1, 1_000);
            TimeSpan period = TimeSpan.FromTicks(random.NextInt64(10_000, 100_000_000));
            ManualClock clock = new();
            using RateLimiter limiter = RateSyncRateLimiter.Create(
                new TokenBucketRateLimiterOptions { TokenLimit = 1, TokensPerPeriod = tokens, ReplenishmentPeriod = period }, clock);
            long granted = 0;
            for (int j = 0; j < 200; j++)
            {
                if (limiter.AttemptAcquire().IsAcquired)
                {
                    granted++;
                }

                decimal most = 1 + ((decimal)tokens * clock.Ticks / 100 / period.Ticks);
                Assert.True(granted <= most, $"{tokens} per {period}: {granted}");
                RateLimitLease probe = limiter.AttemptAcquire(0);
                if (probe.TryGetMetadata(MetadataName.RetryAfter, out TimeSpan after))
                {
                    clock.Advance(after);
                }
            }
        }
    }

    [Fact]
    public void The_largest_and_the_slowest()
    {
        using RateLimiter fast = RateSyncRateLimiter.Create(new TokenBucketRateLimiterOptions
        {
            TokenLimit = int.MaxValue,
            TokensPerPeriod = int.MaxValue,
            ReplenishmentPeriod = TimeSpan.FromTicks(1),
        });
        Assert.True(fast.AttemptAcquire(int.MaxValue).IsAcquired);
        using RateLimiter slow = RateSyncRateLimiter.Create(new TokenBucketRateLimiterOptions
        {
            TokenLimit = 1_000,
            TokensPerPeriod = 1,
            ReplenishmentPeriod = TimeSpan.FromDays(1),
        });
        Assert.True(slow.AttemptAcquire(1_000).IsAcquired);
        Assert.False(slow.AttemptAcquire().IsAcquired);
        using RateLimiter wide = RateSyncRateLimiter.Create(new SlidingWindowRateLimiterOptions
        {
            PermitLimit = int.MaxValue,
            Window = TimeSpan.FromHours(1),
            SegmentsPerWindow = int.MaxValue,
        });
        Assert.True(wide.AttemptAcquire(int.MaxValue).IsAcquired);
        Assert.False(wide.AttemptAcquire().IsAcquired);
    }

    [Fact]
    public void A_large_sliding_window_can_be_used_to_a_hundred_parts_of_a_hundred_and_one()
    {
        const int Limit = 101_000;
        ManualClock clock = new();
        using RateLimiter limiter = RateSyncRateLimiter.Create(
            new SlidingWindowRateLimiterOptions { PermitLimit = Limit, Window = TimeSpan.FromSeconds(1), SegmentsPerWindow = 1 }, clock);
        long granted = 0;
        for (int i = 0; i < 10_000; i++)
        {
            while (limiter.AttemptAcquire(100).IsAcquired)
            {
                granted += 100;
            }

            clock.Advance(TimeSpan.FromMilliseconds(1));
        }

        Assert.InRange(granted, 10L * Limit * 100 / 101, 10L * Limit);
    }

    [Fact]
    public async Task The_limiters_own_queue_limit_holds_too()
    {
        using TicketSemaphore slots = new(1, new TicketSemaphoreOptions { QueueLimit = 1 });
        using RateLimiter face = slots.AsRateLimiter(new RateLimiterFaceOptions { QueueLimit = 10 });
        using RateLimitLease held = face.AttemptAcquire();
        Task<RateLimitLease> first = face.AcquireAsync().AsTask();
        RateLimitLease second = await face.AcquireAsync();
        Assert.False(second.IsAcquired);
        Assert.Equal(1, face.GetStatistics()!.CurrentQueuedCount);
        held.Dispose();
        using RateLimitLease granted = await first.WaitAsync(TimeSpan.FromSeconds(30));
        Assert.True(granted.IsAcquired);
    }

    [Fact]
    public void Idleness_can_be_asked_for_after_disposal()
    {
        foreach (string kind in (string[])[.. Kinds.Rates, "slots"])
        {
            RateLimiter limiter = Kinds.Make(kind, 1);
            RateLimitLease lease = limiter.AttemptAcquire();
            limiter.Dispose();
            _ = limiter.IdleDuration;
            Assert.True(lease.TryGetMetadata(RateSyncMetadataName.Limit, out _));
            lease.Dispose();
        }
    }
}
