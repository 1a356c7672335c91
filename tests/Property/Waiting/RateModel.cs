namespace RateSync.Fast.Tests.Property.Waiting;

/// <summary>A rate limit with a line, first come, first served.</summary>
internal sealed class RateModel(IRateOracle oracle, int queueLimit, bool barging)
{
    private readonly List<PendingCall> _line = [];

    public IRateOracle Oracle => oracle;

    public IReadOnlyList<PendingCall> Line => _line;

    public bool IsFull => _line.Count >= queueLimit;

    public bool MayTake(long now, int permits) => (barging || _line.Count == 0) && oracle.DueAt(now, permits) <= now;

    public bool TryTake(long now, int permits)
    {
        bool granted = MayTake(now, permits);
        if (granted)
        {
            oracle.Take(now, permits);
        }

        return granted;
    }

    public void Join(PendingCall call) => _line.Add(call);

    public void Leave(PendingCall call) => _line.Remove(call);

    /// <summary>When somebody who joined the line now would be granted.</summary>
    public long DueBehindLine(long now, int permits)
    {
        IRateOracle copy = oracle.Copy();
        foreach (PendingCall call in _line)
        {
            now = copy.DueAt(now, Math.Max(1, call.Permits));
            copy.Take(now, call.Permits);
        }

        return copy.DueAt(now, Math.Max(1, permits));
    }

    /// <summary>When the head of the line is due.</summary>
    public long? HeadDueAt(long now) => _line.Count == 0 ? null : oracle.DueAt(now, Math.Max(1, _line[0].Permits));

    public PendingCall GrantHead(long now)
    {
        PendingCall head = _line[0];
        _line.RemoveAt(0);
        oracle.Take(now, head.Permits);
        return head;
    }

    /// <summary>The waiter that gives up next.</summary>
    public PendingCall? NextLate() =>
        _line.Where(static call => call.Deadline is not null).OrderBy(static call => call.Deadline).FirstOrDefault();
}
