using System.Diagnostics;
using RateSync.Fast.Tests.Stress.Recording;
using RateSync.Fast.Tests.Stress.Running;

namespace RateSync.Fast.Tests.Stress.Waiters;

/// <summary>Many waiters at once; some cancel at any moment, some wait for a limited time only.</summary>
internal static class Storm
{
    public static StormResult Run(Limiter limiter, int threads, int waitersPerThread)
    {
        int called = 0;
        int cancelled = 0;
        int late = 0;
        List<int> ended = [];
        List<Call> grants = [];
        Team.Run(threads, number =>
        {
            Random random = new(number);
            List<Task> waits = [];
            Queue<CancellationTokenSource> toCancel = [];
            for (int i = 0; i < waitersPerThread; i++)
            {
                CancellationTokenSource cancellation = new();
                int kind = random.Next(10);
                TimeSpan timeout = kind == 0 ? TimeSpan.FromMilliseconds(random.Next(50, 400)) : Timeout.InfiniteTimeSpan;
                waits.Add(WaitAsync(timeout, Interlocked.Increment(ref called), cancellation.Token));
                if (kind is > 0 and < 5)
                {
                    toCancel.Enqueue(cancellation);
                }

                if (toCancel.Count > random.Next(200))
                {
                    toCancel.Dequeue().Cancel();
                }
            }

            while (toCancel.TryDequeue(out CancellationTokenSource? last))
            {
                last.Cancel();
            }

            if (!Task.WaitAll([.. waits], TimeSpan.FromSeconds(60)))
            {
                Assert.Fail($"{waits.Count(static wait => !wait.IsCompleted)} waiters are stranded: {limiter}");
            }
        });
        return new StormResult(called, ended.Distinct().Count(), cancelled, late, [.. grants]);

        async Task WaitAsync(TimeSpan timeout, int number, CancellationToken cancellationToken)
        {
            long start = Stopwatch.GetTimestamp();
            try
            {
                Permit permit = await limiter.AcquireAsync(1, timeout, cancellationToken).ConfigureAwait(false);
                Call grant = new(start, Stopwatch.GetTimestamp(), permit.Permits);
                lock (grants)
                {
                    grants.Add(grant);
                }

                // A slot is held long enough for a line to form.
                await Task.Yield();
                if (number % 50 == 0)
                {
                    await Task.Delay(1, CancellationToken.None).ConfigureAwait(false);
                }

                permit.Dispose();
            }
            catch (OperationCanceledException)
            {
                Interlocked.Increment(ref cancelled);
            }
            catch (RateLimitTimeoutException)
            {
                Interlocked.Increment(ref late);
            }

            lock (ended)
            {
                ended.Add(number);
            }
        }
    }
}
