namespace RateSync.Fast.RateLimiting.Faces;

/// <summary>A place in the limiter's own line. Belongs to the face's lock.</summary>
internal sealed class Ask(int permits, Waiter? waiter) : IDisposable
{
    private readonly CancellationTokenSource _end = new();

    /// <summary>What the limiter is asked for.</summary>
    public int Permits => permits;

    /// <summary>For whom; null if for whoever is the newest when the answer comes.</summary>
    public Waiter? Waiter => waiter;

    /// <summary>Nobody waits for the answer any more: what it brings goes back.</summary>
    public bool IsWithdrawn { get; private set; }

    public CancellationToken Token => _end.Token;

    /// <summary>Leaves the limiter's line before it returns.</summary>
    public void Withdraw()
    {
        if (!IsWithdrawn)
        {
            IsWithdrawn = true;
            _end.Cancel();
        }
    }

    public void Dispose() => _end.Dispose();
}
