namespace RateSync.Fast.Tests.Stress.Semaphores;

/// <summary>One of the library's semaphores.</summary>
internal sealed class LimiterSubject(Limiter limiter) : ISemaphoreSubject
{
    public int Max => (int)limiter.GetState().Limit;

    public int Available => (int)limiter.GetState().Remaining;

    public IDisposable? TryEnter(int slots) => limiter.TryAcquire(out Permit permit, slots) ? permit : null;

    public async ValueTask<IDisposable> EnterAsync(int slots, TimeSpan timeout, CancellationToken cancellationToken) =>
        await limiter.AcquireAsync(slots, timeout, cancellationToken).ConfigureAwait(false);
}
