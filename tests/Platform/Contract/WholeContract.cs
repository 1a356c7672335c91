using System.Threading.RateLimiting;

namespace RateSync.Fast.Tests.Platform.Contract;

/// <summary>
/// What holds besides where a limiter keeps nothing back for those who wait, whatever its numbers, and forgets at once who does not wait
/// any more.
/// </summary>
public abstract class WholeContract : RateLimiterContract
{
    [Fact]
    public async Task Zero_permits_are_seen_although_somebody_waits_for_more()
    {
        using Subject subject = Make(2, 2);
        subject.Take();
        Task<RateLimitLease> two = subject.WaitAsync(2);
        Assert.True(subject.Take(0).IsAcquired);
        Assert.True((await subject.WaitAsync(0).WaitAsync(Patience)).IsAcquired);
        Assert.False(two.IsCompleted);
    }

    [Theory]
    [InlineData(QueueProcessingOrder.OldestFirst)]
    [InlineData(QueueProcessingOrder.NewestFirst)]
    public async Task The_largest_numbers_do_not_overflow(QueueProcessingOrder order)
    {
        using Subject subject = Make(int.MaxValue, int.MaxValue, order);
        subject.Take(int.MaxValue);
        Task<RateLimitLease> all = subject.WaitAsync(int.MaxValue);
        Assert.False(all.IsCompleted);
        Assert.Equal(int.MaxValue, subject.Limiter.GetStatistics()!.CurrentQueuedCount);
        Task<RateLimitLease> more = subject.WaitAsync();
        if (order == QueueProcessingOrder.OldestFirst)
        {
            Assert.False((await more.WaitAsync(Patience)).IsAcquired);
            Assert.False(all.IsCompleted);
        }
        else
        {
            Assert.False((await all.WaitAsync(Patience)).IsAcquired);
            Assert.False(more.IsCompleted);
            Assert.Equal(1, subject.Limiter.GetStatistics()!.CurrentQueuedCount);
        }
    }

    [Fact]
    public async Task Newest_first_a_newcomer_takes_what_is_too_little_for_those_in_line()
    {
        using Subject subject = Make(3, 6, QueueProcessingOrder.NewestFirst);
        subject.Take();
        Task<RateLimitLease> three = subject.WaitAsync(3);
        Assert.False(three.IsCompleted);
        Assert.True(subject.Take().IsAcquired);
        Assert.True((await subject.WaitAsync().WaitAsync(Patience)).IsAcquired);
        Assert.False(subject.Take().IsAcquired);
        subject.Restore();
        Assert.True((await three.WaitAsync(Patience)).IsAcquired);
    }
}
