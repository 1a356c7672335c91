namespace RateSync.Fast.Tests.Stress.Controls;

/// <summary>A permit of a control: gives back once.</summary>
internal sealed class Slot(Action release) : IDisposable
{
    private int _released;

    public void Dispose()
    {
        if (Interlocked.Exchange(ref _released, 1) == 0)
        {
            release();
        }
    }
}
