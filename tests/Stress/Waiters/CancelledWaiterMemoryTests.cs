using RateSync.Fast.Tests.Stress.Controls;

namespace RateSync.Fast.Tests.Stress.Waiters;

/// <summary>Whoever leaves a line takes its memory along, even if the head of the line never moves.</summary>
public sealed class CancelledWaiterMemoryTests
{
    private const int Waiters = 200_000;
    private const int AtATime = 10_000;
    private const long MostBytes = 2 * 1024 * 1024;

    [Fact]
    public void Of_200_000_cancelled_waiters_of_a_token_bucket_nothing_is_left()
    {
        using TokenBucket bucket = new(1e-9, 1);
        Assert.True(bucket.TryAcquire());
        Assert.Equal("", Leak(token => bucket.AcquireAsync(token).AsTask()));
        Assert.Equal(1, bucket.GetState().Waiting);
    }

    [Fact]
    public void Of_200_000_cancelled_waiters_of_a_semaphore_nothing_is_left()
    {
        using TicketSemaphore semaphore = new(1);
        Assert.True(semaphore.TryAcquire());
        Assert.Equal("", Leak(token => semaphore.AcquireAsync(token).AsTask()));
        Assert.Equal(1, semaphore.GetState().Waiting);
    }

    [Fact]
    public void A_line_that_keeps_those_who_have_left_is_found()
    {
        LossySemaphore semaphore = new(1, fifo: true, patience: Timeout.InfiniteTimeSpan);
        Assert.NotNull(semaphore.TryEnter(1));
        Assert.NotEqual("", Leak(token => semaphore.EnterAsync(1, Timeout.InfiniteTimeSpan, token).AsTask()));
    }

    /// <summary>Says what was left behind if it was too much.</summary>
    private static string Leak(Func<CancellationToken, Task> enterAsync)
    {
        // The first in line never gives up. Pools and the like fill up before anything is measured.
        using CancellationTokenSource first = new();
        Task head = enterAsync(first.Token);
        Cancel(enterAsync, 2 * AtATime);
        long before = GC.GetTotalMemory(forceFullCollection: true);
        Cancel(enterAsync, Waiters);
        long left = GC.GetTotalMemory(forceFullCollection: true) - before;
        Assert.False(head.IsCompleted);
        GC.KeepAlive(enterAsync);
        return left < MostBytes ? "" : $"{left / 1024.0 / 1024.0:0.0} MB are left of {Waiters} waiters";
    }

    private static void Cancel(Func<CancellationToken, Task> enterAsync, int waiters)
    {
        for (int done = 0; done < waiters; done += AtATime)
        {
            using CancellationTokenSource cancellation = new();
            Task[] waits = new Task[AtATime];
            for (int i = 0; i < AtATime; i++)
            {
                waits[i] = enterAsync(cancellation.Token);
            }

            cancellation.Cancel();
            Assert.True(Task.WhenAll(waits).ContinueWith(static _ => { }, TaskScheduler.Default).Wait(TimeSpan.FromSeconds(60)));
            Assert.Equal(AtATime, waits.Count(static wait => wait.IsCanceled));
        }
    }
}
