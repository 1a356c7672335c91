using System.Threading.RateLimiting;
using RateSync.Fast.RateLimiting;
using RateSync.Fast.Tests.Shared;

namespace RateSync.Fast.Tests.Platform.Faces;

public sealed class KeyedFaceTests
{
    [Fact]
    public async Task Each_key_has_its_own_limit()
    {
        ManualClock clock = new();
        using KeyedLimiter limiter = new(10, 2, null, clock);
        using PartitionedRateLimiter<string> face = limiter.AsPartitionedRateLimiter<string>(static key => key);
        Assert.True(face.AttemptAcquire("a").IsAcquired);
        Assert.True(face.AttemptAcquire("a").IsAcquired);
        RateLimitLease refused = face.AttemptAcquire("a");
        Assert.False(refused.IsAcquired);
        Assert.True(refused.TryGetMetadata(MetadataName.RetryAfter, out TimeSpan after));
        Assert.InRange(after, TimeSpan.FromMilliseconds(100), TimeSpan.FromMilliseconds(100.01));
        Assert.True((await face.AcquireAsync("b", 2)).IsAcquired);
        ValueTask<RateLimitLease> none = face.AcquireAsync("b");
        Assert.True(none.IsCompletedSuccessfully);
        Assert.False((await none).IsAcquired);
        clock.Advance(after);
        Assert.True(face.AttemptAcquire("a").IsAcquired);
        Assert.Equal(0, face.GetStatistics("a")!.CurrentAvailablePermits);
        Assert.Equal(2, face.GetStatistics("c")!.CurrentAvailablePermits);
        Assert.Equal(4, face.GetStatistics("c")!.TotalSuccessfulLeases);
        Assert.Equal(2, face.GetStatistics("c")!.TotalFailedLeases);
    }

    [Fact]
    public void Slots_of_a_key_come_back_once()
    {
        using KeyedLimiter limiter = KeyedLimiter.Concurrency(2);
        using PartitionedRateLimiter<string> face = limiter.AsPartitionedRateLimiter<string>(static key => key);
        RateLimitLease first = face.AttemptAcquire("a");
        RateLimitLease second = face.AttemptAcquire("a");
        Assert.True(first.IsAcquired && second.IsAcquired);
        RateLimitLease refused = face.AttemptAcquire("a");
        Assert.False(refused.IsAcquired);
        Assert.False(refused.TryGetMetadata(MetadataName.RetryAfter, out _));
        first.Dispose();
        first.Dispose();
        Assert.Equal(1, face.GetStatistics("a")!.CurrentAvailablePermits);
        second.Dispose();
        Assert.Equal(2, face.GetStatistics("a")!.CurrentAvailablePermits);
    }

    [Fact]
    public async Task Mistakes_are_named()
    {
        using KeyedLimiter limiter = new(1, 2);
        PartitionedRateLimiter<string?> face = limiter.AsPartitionedRateLimiter<string?>(static key => key!);
        Assert.Throws<ArgumentOutOfRangeException>(() => face.AttemptAcquire("a", 3));
        Assert.Throws<ArgumentOutOfRangeException>(() => face.AttemptAcquire("a", -1));
        Assert.Throws<InvalidOperationException>(() => face.AttemptAcquire(null));
        using CancellationTokenSource source = new();
        await source.CancelAsync();
        await Assert.ThrowsAsync<TaskCanceledException>(async () => await face.AcquireAsync("a", 1, source.Token));
        Assert.True(face.AttemptAcquire("a", 0).IsAcquired);
        Assert.True(face.AttemptAcquire("a", 2).IsAcquired);
        Assert.False(face.AttemptAcquire("a", 0).IsAcquired);
        await face.DisposeAsync();
        Assert.Throws<ObjectDisposedException>(() => face.AttemptAcquire("a"));
        Assert.True(limiter.TryAcquire("b"));
    }

    [Fact]
    public async Task Chosen_limiters_each_have_a_line()
    {
        using TicketSemaphore gold = new(2);
        using TicketSemaphore free = new(1);
        PartitionedRateLimiter<bool> face = RateSyncRateLimiter.CreatePartitioned<bool>(
            isGold => isGold ? gold : free, new RateLimiterFaceOptions { QueueLimit = 1 });
        RateLimitLease one = face.AttemptAcquire(false);
        using RateLimitLease two = face.AttemptAcquire(true);
        Assert.True(one.IsAcquired && two.IsAcquired);
        Assert.False(face.AttemptAcquire(false).IsAcquired);
        Task<RateLimitLease> wait = face.AcquireAsync(false).AsTask();
        Assert.Equal(1, face.GetStatistics(false)!.CurrentQueuedCount);
        Assert.Equal(0, face.GetStatistics(true)!.CurrentQueuedCount);
        one.Dispose();
        Assert.True((await wait.WaitAsync(TimeSpan.FromSeconds(30))).IsAcquired);
        Task<RateLimitLease> last = face.AcquireAsync(false).AsTask();
        face.Dispose();
        Assert.False((await last.WaitAsync(TimeSpan.FromSeconds(30))).IsAcquired);
        Assert.Throws<ObjectDisposedException>(() => face.AttemptAcquire(true));
        Assert.True(gold.TryEnter());
    }
}
