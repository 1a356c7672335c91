using System.Threading.RateLimiting;
using RateSync.Fast.RateLimiting;

namespace RateSync.Fast.Tests.Platform.Faces;

/// <summary>Many requests of a few clients, while the limiter that they go by is changed all the time.</summary>
public sealed class NamedCrowdTests
{
    private const int Threads = 6;
    private const int Rounds = 400;
    private const int Keys = 2;

    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(60);

    private static readonly LimiterOptions s_slots = new() { MaxConcurrent = 2, Timeout = TimeSpan.FromMinutes(10) };

    /// <summary>Slots that come and go, a rate that comes and goes, a shadow now and then.</summary>
    private static readonly LimiterOptions[] s_all =
    [
        s_slots,
        s_slots with { MaxConcurrent = 4, RatePerSecond = 1e6, Burst = 1000 },
        new() { RatePerSecond = 1e6, Burst = 1000, Timeout = TimeSpan.FromMinutes(10) },
        s_slots with { MaxConcurrent = 1, Shadow = true },
    ];

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(4)]
    public async Task No_slot_is_lost_or_given_back_twice(int kinds)
    {
        using LimiterRegistry registry = new(new LimiterRegistryOptions { AutoLoad = false });
        registry.ConfigureLimiter("api", s_slots);
        using PartitionedRateLimiter<int> face = registry.AsPartitionedRateLimiter<int>("api", static client => (long)client);
        int[] held = new int[Keys];
        int running = Threads;
        Task[] crowd = [.. Enumerable.Range(0, Threads).Select(seed => Task.Run(async () =>
        {
            Random random = new(seed);
            for (int i = 0; i < Rounds; i++)
            {
                int client = random.Next(Keys);
                using CancellationTokenSource source = new();
                ValueTask<RateLimitLease> wait = random.Next(4) == 0
                    ? new ValueTask<RateLimitLease>(face.AttemptAcquire(client))
                    : face.AcquireAsync(client, 1, source.Token);
                if (!wait.IsCompleted && random.Next(3) == 0)
                {
                    await source.CancelAsync();
                }

                try
                {
                    using RateLimitLease lease = await wait;
                    if (!lease.IsAcquired)
                    {
                        continue;
                    }

                    if (kinds == 1)
                    {
                        Assert.InRange(Interlocked.Increment(ref held[client]), 1, 2);
                    }

                    await Task.Yield();
                    Interlocked.Decrement(ref held[client]);
                    lease.Dispose();
                }
                catch (OperationCanceledException)
                {
                    // As asked for.
                }
            }

            Interlocked.Decrement(ref running);
        }))];
        Task changer = Task.Run(async () =>
        {
            for (int i = 0; Volatile.Read(ref running) > 0; i++)
            {
                registry.ConfigureLimiter("api", s_all[i % kinds]);
                await Task.Yield();
            }
        });
        await Task.WhenAll([.. crowd, changer]).WaitAsync(s_patience);
        registry.ConfigureLimiter("api", s_slots with { MaxConcurrent = 3 });
        for (int client = 0; client < Keys; client++)
        {
            Assert.Equal(0, face.GetStatistics(client)!.CurrentQueuedCount);
            List<RateLimitLease> leases = [.. Enumerable.Range(0, 4).Select(_ => face.AttemptAcquire(client))];
            Assert.Equal(3, leases.Count(static lease => lease.IsAcquired));
        }
    }
}
