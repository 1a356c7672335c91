namespace RateSync.Fast.Tests.Interleaving.Explorer;

/// <summary>A timer that never goes off.</summary>
internal sealed class StillTimer : ITimer
{
    public bool Change(TimeSpan dueTime, TimeSpan period) => true;

    public void Dispose()
    {
    }

    public ValueTask DisposeAsync() => default;
}
