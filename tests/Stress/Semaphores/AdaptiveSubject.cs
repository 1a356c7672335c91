namespace RateSync.Fast.Tests.Stress.Semaphores;

/// <summary>An adaptive semaphore by what holds always: its largest limit, and that what is out comes back.</summary>
internal sealed class AdaptiveSubject(AdaptiveSemaphore semaphore) : ISemaphoreSubject
{
    private readonly LimiterSubject _subject = new(semaphore);

    public int Max => (int)semaphore.Limit;

    public int Available => (int)semaphore.Limit - (semaphore.CurrentLimit - semaphore.Available);

    public IDisposable? TryEnter(int slots) => _subject.TryEnter(slots);

    public ValueTask<IDisposable> EnterAsync(int slots, TimeSpan timeout, CancellationToken cancellationToken) =>
        _subject.EnterAsync(slots, timeout, cancellationToken);
}
