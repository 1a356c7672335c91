namespace RateSync.Fast.Tool.Replaying;

/// <summary>What became of requests.</summary>
internal sealed class Tally
{
    /// <summary>Granted, at once or after a wait.</summary>
    public long Grants { get; private set; }

    public long Refusals { get; private set; }

    /// <summary>Granted after a wait.</summary>
    public long Waits { get; private set; }

    public TimeSpan LongestWait { get; private set; }

    public long Requests => Grants + Refusals;

    public void Grant(TimeSpan wait)
    {
        Grants++;
        if (wait > TimeSpan.Zero)
        {
            Waits++;
            LongestWait = wait > LongestWait ? wait : LongestWait;
        }
    }

    public void Refuse() => Refusals++;
}
