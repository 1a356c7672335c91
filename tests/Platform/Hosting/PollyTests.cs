using System.Threading.RateLimiting;
using Polly;
using RateSync.Fast.RateLimiting;
using RateSync.Fast.Tests.Platform.Faces;
using RateSync.Fast.Tests.Shared;

namespace RateSync.Fast.Tests.Platform.Hosting;

public sealed class PollyTests
{
    [Fact]
    public async Task A_pipeline_is_limited_by_a_rate()
    {
        ManualClock clock = new();
        using RateLimiter limiter = new TokenBucket(10, 2, null, clock).AsRateLimiter(new RateLimiterFaceOptions { DisposeLimiter = true });
        ResiliencePipeline pipeline = Pipeline(limiter);
        Assert.Equal(1, await pipeline.ExecuteAsync(static _ => ValueTask.FromResult(1)));
        Assert.Equal(2, await pipeline.ExecuteAsync(static _ => ValueTask.FromResult(2)));
        InvalidOperationException refused = await Assert.ThrowsAsync<InvalidOperationException>(
            async () => await pipeline.ExecuteAsync(static _ => ValueTask.FromResult(3)));
        Assert.Equal(TimeSpan.FromMilliseconds(100), refused.Data[MetadataName.RetryAfter.Name]);
        clock.Advance(TimeSpan.FromMilliseconds(100));
        Assert.Equal(3, await pipeline.ExecuteAsync(static _ => ValueTask.FromResult(3)));
    }

    [Fact]
    public async Task A_pipeline_is_limited_in_what_goes_on_at_once()
    {
        using RateLimiter limiter = Kinds.Make("slots", 2, queueLimit: 100);
        ResiliencePipeline pipeline = Pipeline(limiter);
        int inside = 0;
        int most = 0;
        await Task.WhenAll(Enumerable.Range(0, 50).Select(async _ => await pipeline.ExecuteAsync(async _ =>
        {
            int now = Interlocked.Increment(ref inside);
            InterlockedMax(ref most, now);
            await Task.Yield();
            Interlocked.Decrement(ref inside);
        }))).WaitAsync(TimeSpan.FromSeconds(30));
        Assert.InRange(most, 1, 2);
        Assert.Equal(50, limiter.GetStatistics()!.TotalSuccessfulLeases);
    }

    private static ResiliencePipeline Pipeline(RateLimiter limiter) =>
        new ResiliencePipelineBuilder().AddStrategy(_ => new LimiterStrategy(limiter), new EmptyOptions()).Build();

    private static void InterlockedMax(ref int location, int value)
    {
        for (int seen = Volatile.Read(ref location); value > seen; seen = Volatile.Read(ref location))
        {
            Interlocked.CompareExchange(ref location, value, seen);
        }
    }

    private sealed class EmptyOptions : ResilienceStrategyOptions;
}
