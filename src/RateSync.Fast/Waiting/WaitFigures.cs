using RateSync.Fast.State;

namespace RateSync.Fast.Waiting;

/// <summary>Figures about waits that have ended; telemetry.</summary>
internal sealed class WaitFigures
{
    private long _waits;
    private long _ticks;
    private long _longest;
    private long _timeouts;
    private long _cancellations;

    public long Waits => Volatile.Read(ref _waits);

    public long Ticks => Volatile.Read(ref _ticks);

    public long Longest => Volatile.Read(ref _longest);

    public long Timeouts => Volatile.Read(ref _timeouts);

    public long Cancellations => Volatile.Read(ref _cancellations);

    public void AddTimeout() => Interlocked.Increment(ref _timeouts);

    public void Add(LeaveReason left, long ticks)
    {
        switch (left)
        {
            case LeaveReason.None:
                Interlocked.Increment(ref _waits);
                Interlocked.Add(ref _ticks, ticks);
                long longest = Volatile.Read(ref _longest);
                while (ticks > longest)
                {
                    long seen = Interlocked.CompareExchange(ref _longest, ticks, longest);
                    if (seen == longest)
                    {
                        break;
                    }

                    longest = seen;
                }

                break;
            case LeaveReason.TimedOut:
                Interlocked.Increment(ref _timeouts);
                break;
            case LeaveReason.Cancelled:
                Interlocked.Increment(ref _cancellations);
                break;
        }
    }
}
