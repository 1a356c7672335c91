using System.Threading.RateLimiting;
using RateSync.Fast.RateLimiting;
using RateSync.Fast.Testing;

namespace RateSync.Fast.Tests.Platform.Faces;

/// <summary>A limit that is lowered below what somebody in line wants: they are refused, and nobody waits for ever.</summary>
public sealed class LoweredLimitTests : IDisposable
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(60);
    private readonly TestRegistry _test = new();

    public void Dispose() => _test.Dispose();

    [Theory]
    [InlineData(QueueProcessingOrder.OldestFirst)]
    [InlineData(QueueProcessingOrder.NewestFirst)]
    public async Task Whoever_wants_more_than_the_new_limit_is_refused_and_the_others_get_theirs(QueueProcessingOrder order)
    {
        using RateLimiter face = Face(20, order);
        Task<RateLimitLease> first = face.AcquireAsync(8).AsTask();
        Task<RateLimitLease> second = face.AcquireAsync(1).AsTask();
        Configure(5);
        await RunClockUntil(Task.WhenAll(first, second));
        Assert.False((await first).IsAcquired);
        Assert.True((await second).IsAcquired);
        Assert.Equal(0, face.GetStatistics()!.CurrentQueuedCount);
        await RunClockUntil(face.AcquireAsync(5).AsTask());
    }

    [Fact]
    public async Task Whoever_makes_room_for_a_newcomer_is_refused_although_it_wanted_more_than_the_new_limit()
    {
        using RateLimiter face = Face(9, QueueProcessingOrder.NewestFirst);
        Task<RateLimitLease> small = face.AcquireAsync(8).AsTask();
        Task<RateLimitLease> newest = face.AcquireAsync(1).AsTask();
        Configure(5);
        Task<RateLimitLease> newcomer = face.AcquireAsync(2).AsTask();
        await RunClockUntil(Task.WhenAll(small, newest, newcomer));
        Assert.False((await small).IsAcquired);
        Assert.True((await newest).IsAcquired);
        Assert.True((await newcomer).IsAcquired);
    }

    private RateLimiter Face(int queueLimit, QueueProcessingOrder order)
    {
        Configure(10);
        RateLimiter face = _test["api"].AsRateLimiter(new RateLimiterFaceOptions
        {
            QueueLimit = queueLimit,
            QueueProcessingOrder = order,
            TimeProvider = _test.Clock,
        });
        Assert.True(face.AttemptAcquire(10).IsAcquired);
        return face;
    }

    private void Configure(long burst) =>
        _test.Registry.ConfigureLimiter("api", new LimiterOptions { RatePerSecond = 10, Burst = burst });

    private async Task RunClockUntil(Task task)
    {
        using CancellationTokenSource end = new(s_patience);
        while (!task.IsCompleted)
        {
            end.Token.ThrowIfCancellationRequested();
            _test.Clock.Advance(TimeSpan.FromMilliseconds(10));
            await Task.Yield();
        }

        await task;
    }
}
