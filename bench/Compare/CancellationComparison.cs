using System.Globalization;
using System.Threading.RateLimiting;
using RateSync.Fast.Bench.Keys;

namespace RateSync.Fast.Bench.Compare;

/// <summary>What cancelled waiters leave behind while the head of the line stays blocked.</summary>
internal static class CancellationComparison
{
    private const int Cancelled = 200_000;

    public static IEnumerable<Finding> Measure()
    {
        using ConcurrencyLimiter platform = new(new ConcurrencyLimiterOptions { PermitLimit = 1, QueueLimit = 2 });
        using RateLimitLease lease = platform.AttemptAcquire();
        Task<RateLimitLease> platformHead = platform.AcquireAsync().AsTask();
        long platformBytes = Growth(token => platform.AcquireAsync(1, token).AsTask());

        using TicketSemaphore gate = new(1);
        using Permit slot = Take(gate);
        Task<Permit> head = gate.AcquireAsync().AsTask();
        long gateBytes = Growth(token => gate.AcquireAsync(token).AsTask());

        using TokenBucket bucket = new(1e-6, 1);
        bucket.TryAcquire();
        using CancellationTokenSource stop = new();
        Task<Permit> bucketHead = bucket.AcquireAsync(stop.Token).AsTask();
        long bucketBytes = Growth(token => bucket.AcquireAsync(token).AsTask());
        yield return new Finding(
            "memory held", "ConcurrencyLimiter " + Show(platformBytes), $"TicketSemaphore {Show(gateBytes)}, TokenBucket {Show(bucketBytes)}");

        lease.Dispose();
        platformHead.Result.Dispose();
        slot.Dispose();
        head.Result.Dispose();
        stop.Cancel();
        Task.WaitAny(bucketHead);
    }

    private static Permit Take(TicketSemaphore gate) =>
        gate.TryAcquire(out Permit permit) ? permit : throw new InvalidOperationException("A free semaphore refused.");

    private static long Growth(Func<CancellationToken, Task> wait)
    {
        WaitAndCancel(wait, 1_000);
        long before = HeapGrowth.Settle();
        WaitAndCancel(wait, Cancelled);
        return HeapGrowth.Settle() - before;
    }

    private static void WaitAndCancel(Func<CancellationToken, Task> wait, int times)
    {
        for (int i = 0; i < times; i++)
        {
            using CancellationTokenSource source = new();
            Task waiting = wait(source.Token);
            source.Cancel();
            try
            {
                waiting.GetAwaiter().GetResult();
            }
            catch (OperationCanceledException)
            {
                // That is what was asked for.
            }
        }
    }

    private static string Show(long bytes) => Math.Max(0, bytes / 1e6).ToString("0.00", CultureInfo.InvariantCulture) + " MB";
}
