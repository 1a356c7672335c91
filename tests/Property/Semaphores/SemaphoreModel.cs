using RateSync.Fast.Tests.Property.Waiting;

namespace RateSync.Fast.Tests.Property.Semaphores;

/// <summary>A first-come-first-served semaphore, the obvious way.</summary>
internal sealed class SemaphoreModel(int max, int queueLimit)
{
    private readonly List<PendingCall> _line = [];

    public int Max { get; set; } = max;

    public int Out { get; private set; }

    public IReadOnlyList<PendingCall> Line => _line;

    /// <summary>What is free for somebody who comes now: waiters have what there is.</summary>
    public int Free => _line.Count > 0 ? 0 : Math.Max(0, Max - Out);

    public bool IsFull => _line.Count >= queueLimit;

    public bool TryTake(int permits, int keep = 0)
    {
        if (_line.Count > 0 || Out + permits + keep > Max)
        {
            return false;
        }

        Out += permits;
        return true;
    }

    public void Join(PendingCall call) => _line.Add(call);

    public void Leave(PendingCall call) => _line.Remove(call);

    public void GiveBack(int permits) => Out -= permits;

    /// <summary>The next waiter for whom there is enough; it is taken out of the line.</summary>
    public PendingCall? Serve()
    {
        // A waiter for nothing waits until one could be had.
        if (_line.Count == 0 || Out + Math.Max(1, _line[0].Permits) > Max)
        {
            return null;
        }

        PendingCall head = _line[0];
        _line.RemoveAt(0);
        Out += head.Permits;
        return head;
    }

    /// <summary>The waiter that gives up next, if that is by a tick.</summary>
    public PendingCall? NextLate(long until) =>
        _line.Where(call => call.Deadline <= until).OrderBy(static call => call.Deadline).FirstOrDefault();
}
