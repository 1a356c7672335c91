using Xunit.Sdk;

namespace RateSync.Fast.Tests.Property.Waiting;

/// <summary>A call of the limiter under test that waits, beside what the model expects of it.</summary>
internal sealed class PendingCall : IDisposable
{
    /// <summary>
    /// What the pool still has to do for a call that is decided. Far beyond any stall: only a call that is never completed takes so long.
    /// </summary>
    public static readonly TimeSpan Generous = TimeSpan.FromSeconds(60);

    private readonly CancellationTokenSource _source = new();
    private Task<Permit>? _task;

    public PendingCall(int permits, long? deadline)
    {
        Permits = permits;
        Deadline = deadline;
    }

    public int Permits { get; }

    /// <summary>Clock tick at which it gives up.</summary>
    public long? Deadline { get; }

    /// <summary>Clock tick at which it began to wait.</summary>
    public long Since { get; init; }

    public CancellationToken Token => _source.Token;

    /// <summary>Whether the limiter has not answered yet.</summary>
    public bool IsOpen => !_task!.IsCompleted;

    public void Begin(Task<Permit> call) => _task = call;

    public void Cancel() => _source.Cancel();

    public async Task<Permit> GrantAsync(TimeSpan patience)
    {
        await SettleAsync(patience);
        if (_task!.IsCompletedSuccessfully)
        {
            return _task.Result;
        }

        throw new XunitException($"A wait for {Permits} should have been granted, but ended with {_task.Exception?.InnerException?.GetType().Name ?? _task.Status.ToString()}.");
    }

    public async Task FailAsync<TException>(TimeSpan patience)
        where TException : Exception
    {
        await SettleAsync(patience);
        if (_task!.IsCompletedSuccessfully)
        {
            throw new XunitException($"A wait for {Permits} should have ended with {typeof(TException).Name}, but was granted.");
        }

        await Assert.ThrowsAnyAsync<TException>(() => _task);
    }

    public void Dispose() => _source.Dispose();

    private async Task SettleAsync(TimeSpan patience)
    {
        if (await Task.WhenAny(_task!, Task.Delay(patience)) != _task)
        {
            throw new XunitException($"A wait for {Permits} was never ended.");
        }
    }
}
