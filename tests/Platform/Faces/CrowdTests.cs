using System.Threading.RateLimiting;
using RateSync.Fast.RateLimiting;
using RateSync.Fast.Tests.Shared;

namespace RateSync.Fast.Tests.Platform.Faces;

/// <summary>Many threads that wait, cancel and give back: nothing is minted, lost or left standing in line.</summary>
public sealed class CrowdTests
{
    private const int Slots = 3;
    private const int Threads = 6;
    private const int Rounds = 400;

    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(60);

    [Theory]
    [InlineData(true, QueueProcessingOrder.OldestFirst)]
    [InlineData(true, QueueProcessingOrder.NewestFirst)]
    [InlineData(false, QueueProcessingOrder.OldestFirst)]
    [InlineData(false, QueueProcessingOrder.NewestFirst)]
    public async Task Slots_are_conserved(bool isPrivate, QueueProcessingOrder order)
    {
        using TicketSemaphore slots = new(Slots);
        using RateLimiter limiter = isPrivate
            ? Kinds.Make("slots", Slots, null, 8, order)
            : slots.AsRateLimiter(new RateLimiterFaceOptions { QueueLimit = 8, QueueProcessingOrder = order });
        int held = 0;
        long granted = 0;
        long refused = 0;
        Task[] crowd = [.. Enumerable.Range(0, Threads).Select(seed => Task.Run(async () =>
        {
            Random random = new(seed);
            for (int i = 0; i < Rounds; i++)
            {
                int permits = random.Next(1, Slots + 1);
                using CancellationTokenSource source = new();
                ValueTask<RateLimitLease> wait = limiter.AcquireAsync(permits, source.Token);
                if (!wait.IsCompleted && random.Next(3) == 0)
                {
                    await source.CancelAsync();
                }

                try
                {
                    using RateLimitLease lease = await wait;
                    if (!lease.IsAcquired)
                    {
                        Interlocked.Increment(ref refused);
                        continue;
                    }

                    Interlocked.Increment(ref granted);
                    Assert.InRange(Interlocked.Add(ref held, permits), 1, Slots);
                    await Task.Yield();
                    Interlocked.Add(ref held, -permits);
                }
                catch (OperationCanceledException)
                {
                    // As asked for.
                }
            }
        }))];
        await Task.WhenAll(crowd).WaitAsync(s_patience);

        // What was granted in the instant in which it was cancelled may be on its way back.
        Assert.True(SpinWait.SpinUntil(() => limiter.GetStatistics()!.CurrentAvailablePermits == Slots, s_patience));
        RateLimiterStatistics end = limiter.GetStatistics()!;
        Assert.Equal((0, granted, refused), (end.CurrentQueuedCount, end.TotalSuccessfulLeases, end.TotalFailedLeases));
        Assert.NotNull(limiter.IdleDuration);
    }

    [Theory]
    [InlineData(QueueProcessingOrder.OldestFirst)]
    [InlineData(QueueProcessingOrder.NewestFirst)]
    public async Task A_rate_is_kept_to_the_permit(QueueProcessingOrder order)
    {
        const int Limit = 5;
        ManualClock clock = new();
        using RateLimiter limiter = Kinds.Make("token bucket", Limit, clock, 1_000, order);
        long granted = 0;
        using CancellationTokenSource end = new();
        Task[] crowd = [.. Enumerable.Range(0, Threads).Select(seed => Task.Run(async () =>
        {
            Random random = new(seed);
            while (!end.IsCancellationRequested)
            {
                int permits = random.Next(1, 4);
                using CancellationTokenSource source = CancellationTokenSource.CreateLinkedTokenSource(end.Token);
                ValueTask<RateLimitLease> wait = limiter.AcquireAsync(permits, source.Token);
                if (!wait.IsCompleted && random.Next(4) == 0)
                {
                    await source.CancelAsync();
                }

                try
                {
                    using RateLimitLease lease = await wait;
                    Interlocked.Add(ref granted, lease.IsAcquired ? permits : 0);
                }
                catch (OperationCanceledException)
                {
                    // As asked for.
                }
            }
        }))];
        const int Steps = 200;
        Assert.True(SpinWait.SpinUntil(() => Volatile.Read(ref granted) > 0, s_patience));
        for (int i = 0; i < Steps; i++)
        {
            clock.Advance(TimeSpan.FromMilliseconds(100));
            await Task.Yield();
        }

        await end.CancelAsync();
        await Task.WhenAll(crowd).WaitAsync(s_patience);
        Assert.InRange(Volatile.Read(ref granted), 1, Limit + (Limit * Steps / 10));

        // All that was cancelled has left: a full bucket is full again.
        clock.Advance(TimeSpan.FromSeconds(1));
        Assert.True(SpinWait.SpinUntil(() => limiter.GetStatistics()!.CurrentAvailablePermits == Limit, s_patience));
        Assert.Equal(0, limiter.GetStatistics()!.CurrentQueuedCount);
        Assert.True(limiter.AttemptAcquire(Limit).IsAcquired);
    }

    [Fact]
    public void Many_threads_are_counted_one_by_one()
    {
        using RateLimiter limiter = Kinds.Make("fixed window", int.MaxValue);
        Parallel.For(0, 8, _ =>
        {
            for (int i = 0; i < 20_000; i++)
            {
                limiter.AttemptAcquire().Dispose();
            }
        });
        Assert.Equal(160_000, limiter.GetStatistics()!.TotalSuccessfulLeases);
    }
}
