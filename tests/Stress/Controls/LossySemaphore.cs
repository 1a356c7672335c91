using RateSync.Fast.Tests.Stress.Semaphores;

namespace RateSync.Fast.Tests.Stress.Controls;

/// <summary>Broken on purpose: a slot handed to a waiter who has just left is lost; and it can serve the last first.</summary>
internal sealed class LossySemaphore(int max, bool fifo, TimeSpan? patience = null) : ISemaphoreSubject
{
    private readonly Lock _gate = new();
    private readonly LinkedList<TaskCompletionSource<IDisposable>> _line = new();
    private int _free = max;

    public int Max { get; } = max;

    public int Available => _free;

    public IDisposable? TryEnter(int slots)
    {
        lock (_gate)
        {
            if (_free == 0)
            {
                return null;
            }

            _free--;
            return new Slot(Release);
        }
    }

    public async ValueTask<IDisposable> EnterAsync(int slots, TimeSpan timeout, CancellationToken cancellationToken)
    {
        TaskCompletionSource<IDisposable> place = new(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (_gate)
        {
            if (_free > 0)
            {
                _free--;
                return new Slot(Release);
            }

            _line.AddLast(place);
        }

        // The place stays in line.
        await using (cancellationToken.Register(() => place.TrySetCanceled(cancellationToken)).ConfigureAwait(false))
        {
            return await place.Task.WaitAsync(patience ?? TimeSpan.FromSeconds(1), cancellationToken).ConfigureAwait(false);
        }
    }

    private void Release()
    {
        lock (_gate)
        {
            if ((fifo ? _line.First : _line.Last) is { } next)
            {
                _line.Remove(next);
                next.Value.TrySetResult(new Slot(Release));
                return;
            }

            _free++;
        }
    }
}
