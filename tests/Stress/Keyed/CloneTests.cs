using RateSync.Fast.Engine;

namespace RateSync.Fast.Tests.Stress.Keyed;

/// <summary>A named limiter's keys with waiters, while the limiter is changed all the time.</summary>
public sealed class CloneTests
{
    [Theory(Timeout = 120_000)]
    [InlineData(4, 2, false)]
    [InlineData(24, 5, false)]
    [InlineData(24, 5, true)]
    public async Task Nobody_is_forgotten_and_no_slot_is_lost_while_the_limits_change(int tasks, int keys, bool withRate)
    {
        using CloneTable table = new("api", Options(2, withRate), null);
        int[] inside = new int[keys];
        int running = tasks;
        Task changer = Task.Run(async () =>
        {
            Random random = new(tasks);
            while (Volatile.Read(ref running) > 0)
            {
                table.Change(Options(random.Next(1, 5), withRate));
                await Task.Yield();
            }
        });

        // Nobody has a deadline, so one lost wake-up, or one lost slot, is enough for this never to end.
        await Task.WhenAll(Enumerable.Range(0, tasks).Select(number => Task.Run(async () =>
        {
            Random random = new(number);
            for (int round = 0; round < 6_000 / tasks; round++)
            {
                int key = random.Next(keys);
                LimiterClone clone = table.For($"key {key}");
                if (random.Next(4) == 0)
                {
                    if (!clone.TryAcquire())
                    {
                        continue;
                    }
                }
                else
                {
                    await clone.AcquireAsync();
                }

                Assert.InRange(Interlocked.Increment(ref inside[key]), 1, 4);
                if (random.Next(3) == 0)
                {
                    await Task.Yield();
                }

                Interlocked.Decrement(ref inside[key]);
                clone.Release();
            }

            Interlocked.Decrement(ref running);
        })).Append(changer)).ConfigureAwait(true);
        Assert.Equal(0, table.GetMetrics().Waiting);
        table.Change(Options(3, withRate: false));
        for (int key = 0; key < keys; key++)
        {
            LimiterClone clone = table.For($"key {key}");
            Assert.Equal(3, Enumerable.Range(0, 5).Count(_ => clone.TryAcquire()));
        }
    }

    private static LimiterOptions Options(int slots, bool withRate) => new()
    {
        MaxConcurrent = slots,
        RatePerSecond = withRate ? 5_000 * slots : null,
        Burst = withRate ? 10 * slots : null,
    };
}
