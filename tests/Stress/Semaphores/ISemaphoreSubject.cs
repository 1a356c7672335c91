namespace RateSync.Fast.Tests.Stress.Semaphores;

/// <summary>A semaphore under test, the library's or a broken one.</summary>
internal interface ISemaphoreSubject
{
    int Max { get; }

    /// <summary>Slots free now; exact when nobody is at work.</summary>
    int Available { get; }

    /// <summary>Takes slots now, or null.</summary>
    IDisposable? TryEnter(int slots);

    /// <summary>Waits for slots.</summary>
    ValueTask<IDisposable> EnterAsync(int slots, TimeSpan timeout, CancellationToken cancellationToken);
}
