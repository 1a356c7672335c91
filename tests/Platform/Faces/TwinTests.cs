using System.Threading.RateLimiting;
using RateSync.Fast.RateLimiting;
using RateSync.Fast.Testing;

namespace RateSync.Fast.Tests.Platform.Faces;

/// <summary>The same random calls to the platform's own limiter and to ours: the same answers, in the same order, at each step.</summary>
public sealed class TwinTests
{
    [Theory]
    [InlineData(QueueProcessingOrder.OldestFirst)]
    [InlineData(QueueProcessingOrder.NewestFirst)]
    public void Slots_are_granted_queued_evicted_cancelled_and_counted_as_the_platform_does(QueueProcessingOrder order)
    {
        for (int seed = 0; seed < 300; seed++)
        {
            Random random = new(seed);
            ConcurrencyLimiterOptions options = new()
            {
                PermitLimit = random.Next(1, 6),
                QueueLimit = random.Next(0, 10),
                QueueProcessingOrder = order,
            };
            Twins twins = new(new ConcurrencyLimiter(options), RateSyncRateLimiter.Create(options), options.PermitLimit, 0)
            {
                IsNewestFirst = order == QueueProcessingOrder.NewestFirst,
            };
            twins.Run(random, $"seed {seed}, {order}");
        }
    }

    [Theory]
    [InlineData(QueueProcessingOrder.OldestFirst)]
    [InlineData(QueueProcessingOrder.NewestFirst)]
    public void Windows_grant_what_the_platforms_grant_to_those_who_do_not_wait(QueueProcessingOrder order)
    {
        for (int seed = 0; seed < 100; seed++)
        {
            Random random = new(seed);
            FixedWindowRateLimiterOptions options = new()
            {
                PermitLimit = random.Next(1, 6),
                QueueLimit = 0,
                QueueProcessingOrder = order,
                Window = TimeSpan.FromTicks(1),
                AutoReplenishment = false,
            };
            FixedWindowRateLimiter platforms = new(options);
            ManualTimeProvider clock = new();
            options.Window = TimeSpan.FromSeconds(1);
            Twins twins = new(platforms, RateSyncRateLimiter.Create(options, clock), options.PermitLimit, 1)
            {
                IsNewestFirst = order == QueueProcessingOrder.NewestFirst,
                Refill = () =>
                {
                    // The platform's goes by the system's clock: one tick of it has to go by.
                    Assert.True(SpinWait.SpinUntil(platforms.TryReplenish, TimeSpan.FromSeconds(60)));
                    clock.Advance(TimeSpan.FromSeconds(1));
                },
            };
            twins.Run(random, $"seed {seed}, {order}");
        }
    }

    private sealed class Twins(RateLimiter platforms, RateLimiter ours, int limit, int fewest)
    {
        private readonly List<Call> _calls = [];
        private readonly List<Call> _held = [];
        private readonly List<string> _log = [];

        public Action? Refill { get; init; }

        public required bool IsNewestFirst { get; init; }

        private Call? Next => IsNewestFirst
            ? _calls.FindLast(static call => !call.Platforms.IsCompleted)
            : _calls.Find(static call => !call.Platforms.IsCompleted);

        public void Run(Random random, string name)
        {
            bool disposed = false;
            for (int step = 0; step < 40; step++)
            {
                switch (random.Next(disposed ? 6 : 12))
                {
                    case 0 or 1:
                        int permits = random.Next(fewest, limit + 2);
                        Same(
                            $"attempt {permits}",
                            platform => Answer(() => (platform ? platforms : ours).AttemptAcquire(permits), platform));
                        break;
                    case 2 or 3 or 7 or 8:
                        // Not for none: the platform wakes those for whoever leaves, whether anything is left for them to see or not.
                        Wait(random.Next(1, limit + 2), cancelled: random.Next(10) == 0);
                        break;
                    case 4 or 5 or 9 or 10 when _held.Count > 0:
                        GiveBack(random.Next(_held.Count), random.Next(4) == 0);
                        break;
                    case 6 when _calls.Count > 0:
                        Call call = _calls[random.Next(_calls.Count)];
                        if (call == Next)
                        {
                            // The platform does not look whether those behind fit in then, before the next slot comes back.
                            break;
                        }

                        _log.Add($"cancel {call.Number}");
                        call.Source.Cancel();
                        break;
                    case 11 when step > 25 && random.Next(4) == 0:
                        _log.Add("dispose");
                        disposed = true;
                        platforms.Dispose();
                        ours.Dispose();
                        break;
                    case 11 when Refill is not null:
                        _log.Add("refill");
                        Refill();
                        break;
                }

                Compare(name);
            }

            platforms.Dispose();
            ours.Dispose();
            Compare(name);
            Assert.DoesNotContain(_calls, static call => !call.Platforms.IsCompleted);
        }

        private static string Describe(ValueTask<RateLimitLease> task) =>
            task.IsCanceled ? "cancelled"
            : task.IsFaulted ? "failed"
            : !task.IsCompleted ? "waits"
            : task.Result.IsAcquired ? "granted" : "refused";

        private void Wait(int permits, bool cancelled)
        {
            CancellationTokenSource source = new();
            if (cancelled)
            {
                source.Cancel();
            }

            List<ValueTask<RateLimitLease>> tasks = [];
            Same($"wait {permits}", platform =>
            {
                try
                {
                    tasks.Add(new((platform ? platforms : ours).AcquireAsync(permits, source.Token).AsTask()));
                    return Describe(tasks[^1]);
                }
                catch (Exception exception)
                {
                    return exception.GetType().Name;
                }
            });
            if (tasks.Count == 2)
            {
                _calls.Add(new Call(_calls.Count, tasks[0], tasks[1], source));
            }
        }

        private void GiveBack(int index, bool keep)
        {
            Call call = _held[index];
            _log.Add($"give back {call.Number}");
            call.Platforms.Result.Dispose();
            call.Ours.Result.Dispose();
            if (!keep)
            {
                _held.RemoveAt(index);
            }
        }

        private string Answer(Func<RateLimitLease> ask, bool platform)
        {
            try
            {
                RateLimitLease lease = ask();
                if (platform)
                {
                    _calls.Add(new Call(_calls.Count, new(lease), default, new CancellationTokenSource()));
                }
                else
                {
                    _calls[^1] = _calls[^1] with { Ours = new(lease) };
                }

                return lease.IsAcquired ? "granted" : "refused";
            }
            catch (Exception exception)
            {
                return exception.GetType().Name;
            }
        }

        private void Same(string what, Func<bool, string> ask)
        {
            string expected = ask(true);
            string actual = ask(false);
            _log.Add($"{what}: {expected}");
            Assert.True(expected == actual, $"{what}: {expected} / {actual}\n{string.Join('\n', _log)}");
        }

        private void Compare(string name)
        {
            foreach (Call call in _calls)
            {
                string expected = Describe(call.Platforms);
                string actual = Describe(call.Ours);
                Assert.True(expected == actual, $"{name}, call {call.Number}: {expected} / {actual}\n{string.Join('\n', _log)}");
                if (expected == "granted" && !call.IsKnown)
                {
                    call.IsKnown = true;
                    _held.Add(call);
                }
            }

            (string theirs, string own) = (Statistics(platforms), Statistics(ours));
            Assert.True(theirs == own, $"{name}: {theirs} / {own}\n{string.Join('\n', _log)}");
        }

        private static string Statistics(RateLimiter limiter)
        {
            try
            {
                RateLimiterStatistics now = limiter.GetStatistics()!;
                return $"{now.CurrentAvailablePermits} available, {now.CurrentQueuedCount} queued, "
                    + $"{now.TotalSuccessfulLeases} granted, {now.TotalFailedLeases} refused, idle {limiter.IdleDuration is not null}";
            }
            catch (ObjectDisposedException)
            {
                return "disposed";
            }
        }

        private sealed record Call(
            int Number, ValueTask<RateLimitLease> Platforms, ValueTask<RateLimitLease> Ours, CancellationTokenSource Source)
        {
            public bool IsKnown { get; set; }
        }
    }
}
