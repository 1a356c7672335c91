using RateSync.Fast.Tests.Shared;

namespace RateSync.Fast.Tests.Unit.Allocations;

/// <summary>Waits use the nodes of earlier waits: once warm they allocate nothing on the thread that waits and lets go.</summary>
public class AllocationFreeWaits
{
    [Fact]
    public void A_warm_wait_for_a_slot_allocates_nothing()
    {
        TicketSemaphore semaphore = new(1, timeProvider: new ManualClock());
        Assert.True(semaphore.TryEnter());
        CheckWaits(() =>
        {
            ValueTask<Permit> wait = semaphore.AcquireAsync();
            semaphore.Exit();
            Finish(wait);
            Assert.True(semaphore.TryEnter());
        });
    }

    [Fact]
    public void A_warm_wait_for_a_rate_allocates_nothing()
    {
        ManualClock clock = new();
        TokenBucket bucket = new(1, 1, timeProvider: clock);
        Assert.True(bucket.TryAcquire());
        CheckWaits(() =>
        {
            ValueTask<Permit> wait = bucket.AcquireAsync();
            clock.Advance(1_000_000_000L);
            Finish(wait);
        });
    }

    private static void Finish(ValueTask<Permit> wait)
    {
        SpinWait spin = default;
        while (!wait.IsCompleted)
        {
            spin.SpinOnce();
        }

        wait.Result.Dispose();
    }

    private static void CheckWaits(Action wait)
    {
        // Lines take segments back in batches: so many waits until the first batch is back.
        for (int i = 0; i < 20_000; i++)
        {
            wait();
        }

        // The pool hands work on in segments of its own that it makes now and then; a round without any of them shows what is ours.
        long least = long.MaxValue;
        for (int round = 0; round < 10 && least > 0; round++)
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            for (int i = 0; i < 100; i++)
            {
                wait();
            }

            least = Math.Min(least, GC.GetAllocatedBytesForCurrentThread() - before);
        }

        Assert.Equal(0, least);
    }
}
