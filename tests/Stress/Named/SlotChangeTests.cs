using RateSync.Fast.Algorithms;
using RateSync.Fast.Named;
using RateSync.Fast.Tests.Stress.Running;

namespace RateSync.Fast.Tests.Stress.Named;

/// <summary>
/// Slots whose number, whose rate beside them, whose priorities and whose order are changed under those who take them and wait for them:
/// never more are out than there ever were, all come back, and everybody who waits ends.
/// </summary>
public sealed class SlotChangeTests
{
    private const int Most = 6;
    private static readonly TimeSpan s_longest = TimeSpan.FromSeconds(60);

    [Theory]
    [InlineData(false, 12)]
    [InlineData(true, 12)]
    public void Never_more_are_out_than_there_were_and_all_come_back(bool rated, int rounds)
    {
        for (int round = 0; round < rounds; round++)
        {
            Assert.Equal(0, Run(rated, Defect.None, round, out int highest));
            Assert.InRange(highest, 1, Most);
        }
    }

    private static int Run(bool rated, Defect mistake, int seed, out int highest)
    {
        NamedLimiter limiter = new NamedParts(mistake).Make("db", Options(rated, 0, Most));
        int inside = 0;
        int most = 0;
        int working = 4;
        Team.Run(5, number =>
        {
            Random random = new((seed * 10) + number);
            if (number == 0)
            {
                for (int i = 0; Volatile.Read(ref working) > 0 || i < 20; i++)
                {
                    limiter.Change(limiter.Prepare(Options(rated, i, random.Next(1, Most + 1))));
                    Thread.Sleep(random.Next(40) == 0 ? 1 : 0);
                }

                return;
            }

            try
            {
                List<Task> waits = [];
                for (int i = 0; i < 400; i++)
                {
                    switch (random.Next(4))
                    {
                        case 0 when limiter.TryAcquire():
                            Enter();
                            Leave();
                            limiter.Release();
                            break;
                        case 1 when limiter.TryAcquire(out Permit permit):
                            Enter();
                            Leave();
                            permit.Dispose();
                            permit.Dispose();
                            break;
                        default:
                            waits.Add(WaitAsync(random.Next(3) == 0 ? random.Next(5) : -1, (Priority)random.Next(-1, 3), $"t{random.Next(5)}"));
                            break;
                    }

                    if (waits.Count == 30)
                    {
                        Assert.True(Task.WaitAll([.. waits], s_longest), "Somebody is left in line.");
                        waits.Clear();
                    }
                }

                Assert.True(Task.WaitAll([.. waits], s_longest), "Somebody is left in line.");
            }
            finally
            {
                Interlocked.Decrement(ref working);
            }
        });
        limiter.Change(limiter.Prepare(new LimiterOptions { MaxConcurrent = Most }));
        int free = 0;
        while (limiter.TryAcquire())
        {
            free++;
        }

        LimiterMetrics metrics = limiter.GetMetrics();
        Assert.Equal(0, metrics.Waiting);
        Assert.Equal(Most, metrics.CurrentConcurrent);
        limiter.Dispose();
        highest = Volatile.Read(ref most);
        return Most - free;

        async Task WaitAsync(int milliseconds, Priority priority, string tenant)
        {
            using CancellationTokenSource cancellation = new();
            if (milliseconds >= 0 && milliseconds % 2 == 0)
            {
                cancellation.CancelAfter(milliseconds);
            }

            try
            {
                AcquireOptions options = new()
                {
                    Priority = priority,
                    Tenant = tenant,
                    Timeout = milliseconds >= 0 ? TimeSpan.FromMilliseconds(milliseconds) : Timeout.InfiniteTimeSpan,
                };
                using Permit permit = await limiter.AcquireAsync(options, cancellation.Token).ConfigureAwait(false);
                Enter();
                await Task.Yield();
                Leave();
            }
            catch (Exception exception) when (exception is OperationCanceledException or RateLimitTimeoutException)
            {
                Assert.InRange(milliseconds, 0, int.MaxValue);
            }
        }

        void Enter()
        {
            int now = Interlocked.Increment(ref inside);
            int before = Volatile.Read(ref most);
            while (now > before)
            {
                int seen = Interlocked.CompareExchange(ref most, now, before);
                if (seen == before)
                {
                    return;
                }

                before = seen;
            }
        }

        void Leave() => Interlocked.Decrement(ref inside);
    }

    private static LimiterOptions Options(bool rated, int change, int slots) => new()
    {
        MaxConcurrent = slots,
        RatePerSecond = rated && change % 3 != 0 ? 20_000 + (change % 5) : null,
        Burst = rated && change % 3 != 0 ? 10 : null,
        Priorities = change % 4 == 3 ? new Dictionary<Priority, double> { [Priority.Low] = 0.5, [Priority.Normal] = 0.9 } : null,
        Fair = change % 5 > 2,
        Weights = change % 5 > 2 ? new Dictionary<string, double> { ["t1"] = 1 + (change % 3) } : null,
    };
}
