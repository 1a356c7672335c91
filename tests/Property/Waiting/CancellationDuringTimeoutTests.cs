using RateSync.Fast.Algorithms;
using RateSync.Fast.Tests.Shared;

namespace RateSync.Fast.Tests.Property.Waiting;

public sealed class CancellationDuringTimeoutTests
{
    [Fact]
    public Task A_timer_does_not_wait_for_a_cancellation_callback_that_is_running() =>
        CheckTimerEndsAsync<Mistakes.None>(PendingCall.Generous, PendingCall.Generous, ends: true);

    [Fact]
    public Task D12_waiting_for_the_callback_under_a_lock_is_found() =>
        CheckTimerEndsAsync<Mistakes.DisposesInLock>(TimeSpan.FromSeconds(0.5), TimeSpan.FromSeconds(5), ends: false);

    /// <summary>Holds a cancellation in the middle of its callback while the timer comes to the same waiter.</summary>
    private static async Task CheckTimerEndsAsync<TDefect>(TimeSpan hold, TimeSpan patience, bool ends)
        where TDefect : struct, IDefects
    {
        HookedClock clock = new();
        BucketLimiter<DefectiveAtomics<TDefect>> limiter = new(1, 1, int.MaxValue, clock);
        using CancellationTokenSource source = new();
        Assert.True(limiter.TryAcquire(out Permit permit));

        // Not awaited yet: fetching its result would take it out of the timer's sight.
        ValueTask<Permit> head = limiter.AcquireAsync(1, TimeSpan.FromSeconds(1.5), source.Token);
        Task<Permit> next = limiter.AcquireAsync().AsTask();

        // A debt comes in between: now the head cannot be granted in time.
        permit.Settle(6);
        clock.Inner.Advance(TimeSpan.FromSeconds(1.4));

        using ManualResetEventSlim inCallback = new();
        using ManualResetEventSlim timerIsDone = new();
        Thread canceller = Interruptible(source.Cancel);
        clock.OnRead = () =>
        {
            if (Thread.CurrentThread == canceller)
            {
                inCallback.Set();
                timerIsDone.Wait(hold);
            }
        };
        canceller.Start();
        Assert.True(inCallback.Wait(PendingCall.Generous));
        Thread timer = Interruptible(() => clock.Inner.Advance(TimeSpan.FromSeconds(1)));
        timer.Start();
        Assert.Equal(ends, timer.Join(patience));
        if (!ends)
        {
            // Each waits for the other. Let go of both: whoever stands in the middle of a call holds up every change of every limit.
            timerIsDone.Set();
            timer.Interrupt();
            Assert.True(timer.Join(PendingCall.Generous));
            Assert.True(canceller.Join(PendingCall.Generous));
            return;
        }

        timerIsDone.Set();
        Assert.True(canceller.Join(patience));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(head.AsTask);
        clock.Inner.Advance(TimeSpan.FromSeconds(10));
        await next.WaitAsync(patience);
    }

    private static Thread Interruptible(Action body) => new(() =>
    {
        try
        {
            body();
        }
        catch (ThreadInterruptedException)
        {
            // As intended: it waited for what would never come.
        }
    })
    { IsBackground = true };
}
