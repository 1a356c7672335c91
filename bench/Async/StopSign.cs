namespace RateSync.Fast.Bench.Async;

/// <summary>Tells loops to stop. Read on every round, written once.</summary>
internal sealed class StopSign
{
    private volatile bool _raised;

    public bool IsRaised => _raised;

    public void Raise() => _raised = true;
}
