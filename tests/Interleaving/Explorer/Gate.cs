namespace RateSync.Fast.Tests.Interleaving.Explorer;

/// <summary>Where one worker waits for its turn. One waiter, one opening per wait.</summary>
internal sealed class Gate
{
    private readonly object _lock = new();
    private bool _open;

    public void Open()
    {
        lock (_lock)
        {
            _open = true;
            Monitor.Pulse(_lock);
        }
    }

    public void Wait()
    {
        lock (_lock)
        {
            while (!_open)
            {
                Monitor.Wait(_lock);
            }

            _open = false;
        }
    }
}
