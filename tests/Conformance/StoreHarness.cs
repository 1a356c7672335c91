namespace RateSync.Fast.Tests.Conformance;

/// <summary>A store under test, with power over its time and its misfortunes.</summary>
public abstract class StoreHarness : IAsyncDisposable
{
    /// <summary>The store; another object after a restart.</summary>
    public abstract IStore Store { get; }

    /// <summary>The store's time, in nanoseconds.</summary>
    public abstract long Now { get; }

    /// <summary>Lets the store's time pass.</summary>
    public abstract Task AdvanceAsync(TimeSpan time);

    /// <summary>
    /// Restarts the store with all that it had answered. One that is not durable keeps it in some other way for this purpose.
    /// </summary>
    public abstract Task RestartAsync();

    /// <summary>Runs something and then fails over to a copy of the store that has not seen it.</summary>
    public abstract Task LoseAsync(Func<Task> writes);

    public abstract ValueTask DisposeAsync();
}
