using RateSync.Fast.Tests.Shared;

namespace RateSync.Fast.Tests.Property.Waiting;

public sealed class ContinuationTests
{
    [Fact]
    public Task Continuations_do_not_run_on_the_thread_that_moves_the_time() => CheckAsync(
        static clock =>
        {
            TokenBucket bucket = new(1, 1, timeProvider: clock);
            bucket.TryAcquire();
            return bucket;
        },
        static (_, clock) => clock.Advance(TimeSpan.FromSeconds(1)));

    [Fact]
    public Task Continuations_do_not_run_on_the_thread_that_releases() => CheckAsync(
        static clock =>
        {
            TicketSemaphore semaphore = new(1, null, clock);
            semaphore.TryEnter();
            return semaphore;
        },
        static (limiter, _) => limiter.Release());

    [Fact]
    public Task Continuations_do_not_run_on_the_thread_that_refunds() => CheckAsync(
        static clock =>
        {
            TokenBucket bucket = new(1e-6, 1, timeProvider: clock);
            bucket.TryAcquire();
            return bucket;
        },
        static (limiter, _) => limiter.Engine.Undo(1));

    [Fact]
    public Task Continuations_do_not_run_on_the_thread_that_disposes() => CheckAsync(
        static clock =>
        {
            TokenBucket bucket = new(1, 1, timeProvider: clock);
            bucket.TryAcquire();
            return bucket;
        },
        static (limiter, _) => limiter.Dispose());

    [Fact]
    public Task Continuations_do_not_run_on_the_thread_that_cancels()
    {
        CancellationTokenSource source = new();
        return CheckAsync(
            static clock =>
            {
                TokenBucket bucket = new(1, 1, timeProvider: clock);
                bucket.TryAcquire();
                return bucket;
            },
            (_, _) => source.Cancel(),
            source.Token);
    }

    private static async Task CheckAsync(Func<ManualClock, Limiter> make, Action<Limiter, ManualClock> end, CancellationToken cancellationToken = default)
    {
        ManualClock clock = new();
        Limiter limiter = make(clock);
        Task<Permit> wait = limiter.AcquireAsync(cancellationToken).AsTask();
        Assert.False(wait.IsCompleted);

        // On whatever thread completes it.
        Task<Thread> ranOn = wait.ContinueWith(
            static _ => Thread.CurrentThread, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);

        // A thread of its own: the pool could not lend it to the continuation.
        Thread thread = new(() => end(limiter, clock)) { IsBackground = true };
        thread.Start();
        Assert.True(thread.Join(PendingCall.Generous));
        Thread continuation = await ranOn.WaitAsync(PendingCall.Generous, CancellationToken.None);
        Assert.NotSame(thread, continuation);
        Assert.True(continuation.IsThreadPoolThread);
    }
}
