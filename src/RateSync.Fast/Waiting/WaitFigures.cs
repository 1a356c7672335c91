using RateSync.Fast.State;

namespace RateSync.Fast.Waiting;

/// <summary>
/// Figures about waits; telemetry. Waits that end well are counted by the thread that fetches the result, without atomics.
/// </summary>
internal sealed class WaitFigures
{
    private readonly Tally _tally = new();
    private long _longest;
    private long _timeouts;
    private long _cancellations;

    public long Waits => _tally.Sum().Waits;

    public long Ticks => _tally.Sum().WaitTicks;

    public long Longest => Volatile.Read(ref _longest);

    public long Timeouts => Volatile.Read(ref _timeouts);

    public long Cancellations => Volatile.Read(ref _cancellations);

    public void AddTimeout() => Interlocked.Increment(ref _timeouts);

    public void Add(LeaveReason left, long ticks)
    {
        switch (left)
        {
            case LeaveReason.None:
                _tally.Waited(ThreadSlot.Current, ticks);
                NoteLongest(ticks);
                break;
            case LeaveReason.TimedOut:
                Interlocked.Increment(ref _timeouts);
                break;
            case LeaveReason.Cancelled:
                Interlocked.Increment(ref _cancellations);
                break;
        }
    }

    private void NoteLongest(long ticks)
    {
        long longest = Volatile.Read(ref _longest);
        while (ticks > longest)
        {
            long seen = Interlocked.CompareExchange(ref _longest, ticks, longest);
            if (seen == longest)
            {
                return;
            }

            longest = seen;
        }
    }
}
