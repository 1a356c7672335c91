using RateSync.Fast.Tests.Stress.Semaphores;

namespace RateSync.Fast.Tests.Stress.Controls;

/// <summary>Broken on purpose: looks whether a slot is free, and takes it in a second step.</summary>
internal sealed class CheckThenCountSemaphore(int max) : ISemaphoreSubject
{
    private int _taken;

    public int Max => max;

    public int Available => max - Volatile.Read(ref _taken);

    public IDisposable? TryEnter(int slots)
    {
        if (Volatile.Read(ref _taken) + slots > max)
        {
            return null;
        }

        Thread.SpinWait(5);
        Interlocked.Add(ref _taken, slots);
        return new Slot(() => Interlocked.Add(ref _taken, -slots));
    }

    public async ValueTask<IDisposable> EnterAsync(int slots, TimeSpan timeout, CancellationToken cancellationToken)
    {
        while (true)
        {
            if (TryEnter(slots) is { } slot)
            {
                return slot;
            }

            cancellationToken.ThrowIfCancellationRequested();
            await Task.Yield();
        }
    }
}
