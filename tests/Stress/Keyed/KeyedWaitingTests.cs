using RateSync.Fast.Tests.Stress.Running;

namespace RateSync.Fast.Tests.Stress.Keyed;

/// <summary>Whoever waits for a key is served in the end, whatever others give back, cancel and refuse at the same time.</summary>
public sealed class KeyedWaitingTests
{
    private const int Slots = 2;

    [Theory(Timeout = 120_000)]
    [InlineData(2, 1)]
    [InlineData(8, 3)]
    [InlineData(32, 8)]
    public async Task No_slot_that_is_given_back_is_missed_by_a_waiter(int tasks, int keys)
    {
        using KeyedLimiter limiter = KeyedLimiter.Concurrency(Slots);
        int[] inside = new int[keys];
        int served = 0;
        int cancelled = 0;

        // Nobody has a deadline, so one lost wake-up is enough for this never to end.
        await Task.WhenAll(Enumerable.Range(0, tasks).Select(number => Task.Run(async () =>
        {
            Random random = new(number);
            for (int round = 0; round < 20_000 / tasks; round++)
            {
                long key = random.Next(keys);
                int permits = random.Next(8) == 0 ? Slots : 1;
                using CancellationTokenSource? cancellation = random.Next(4) == 0 ? new CancellationTokenSource() : null;
                ValueTask<Permit> wait = limiter.AcquireAsync(key, permits, cancellation?.Token ?? default);
                if (cancellation is not null)
                {
                    await cancellation.CancelAsync();
                }

                try
                {
                    await wait;
                }
                catch (OperationCanceledException)
                {
                    Interlocked.Increment(ref cancelled);
                    continue;
                }

                Assert.InRange(Interlocked.Add(ref inside[key], permits), 1, Slots);
                Interlocked.Increment(ref served);
                if (random.Next(3) == 0)
                {
                    await Task.Yield();
                }

                Interlocked.Add(ref inside[key], -permits);
                limiter.Release(key, permits);
            }
        }))).ConfigureAwait(true);
        Assert.NotEqual(0, served);
        Assert.All(inside, static count => Assert.Equal(0, count));
        limiter.ForgetUnused();
        KeyedMetrics metrics = limiter.GetMetrics();
        Assert.Equal(0, metrics.Keys);
        Assert.Equal(0, metrics.Waiting);
        Assert.Equal(cancelled, metrics.Cancellations);
    }

    [Theory(Timeout = 120_000)]
    [InlineData(8, 2)]
    [InlineData(24, 6)]
    public async Task Waiters_for_rates_are_served_by_time_and_by_refunds_within_the_bound(int tasks, int keys)
    {
        const double Rate = 1_000;
        const int Burst = 10;
        using KeyedLimiter limiter = new(Rate, Burst);
        long[] granted = new long[keys];
        long start = TimeProvider.System.GetTimestamp();
        await Task.WhenAll(Enumerable.Range(0, tasks).Select(number => Task.Run(async () =>
        {
            Random random = new(number);
            for (int round = 0; round < 150; round++)
            {
                long key = random.Next(keys);
                int permits = random.Next(1, 4);
                if (random.Next(4) == 0)
                {
                    Decision decision = await limiter.AttemptAsync(key, permits, TimeSpan.FromMilliseconds(random.Next(10)));
                    if (!decision.Allowed)
                    {
                        continue;
                    }
                }
                else
                {
                    await limiter.AcquireAsync(key, permits);
                }

                if (random.Next(3) == 0)
                {
                    limiter.Refund(key, permits);
                }
                else
                {
                    Interlocked.Add(ref granted[key], permits);
                }
            }
        }))).ConfigureAwait(true);
        double seconds = TimeProvider.System.GetElapsedTime(start).TotalSeconds;
        Assert.All(granted, count => Assert.InRange(count, 1, Burst + (Rate * seconds)));
        Assert.Equal(0, limiter.GetMetrics().Waiting);
    }

    [Fact(Timeout = 120_000)]
    public async Task Nobody_waits_for_ever_for_a_limiter_that_is_disposed_of()
    {
        for (int round = 0; round < 200; round++)
        {
            KeyedLimiter limiter = KeyedLimiter.Concurrency(1);
            Assert.True(limiter.TryAcquire("a"));
            Task[] waits = [.. Enumerable.Range(0, 4).Select(_ => Task.Run(async () => await limiter.AcquireAsync("a")))];
            Team.Run(1, _ => limiter.Dispose());
            foreach (Task wait in waits)
            {
                await Assert.ThrowsAsync<ObjectDisposedException>(() => wait);
            }
        }
    }
}
