namespace RateSync.Fast.Tests.Interleaving.Explorer;

/// <summary>
/// A clock in nanoseconds that stands still until a thread moves it on. Reading and moving it are steps. Where time plays no part, a frozen
/// clock spares the explorer the reads.
/// </summary>
internal sealed class ModelClock(bool frozen = false) : TimeProvider
{
    // Not zero, which is what state begins with.
    private long _now = 1_000_000_000_000;

    public override long TimestampFrequency => 1_000_000_000;

    /// <summary>Nanoseconds now; for checks, no step.</summary>
    public long Now => _now;

    public override long GetTimestamp() =>
        !frozen && VirtualThread.Current is { } thread ? thread.Load(ref _now, OpKind.ClockRead) : _now;

    /// <summary>Its timers never go off.</summary>
    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) => new StillTimer();

    public void Advance(long nanoseconds)
    {
        if (VirtualThread.Current is { } thread)
        {
            if (frozen)
            {
                throw new ModelMisuseException("A frozen clock moves only before and after the threads.");
            }

            thread.Add(ref _now, nanoseconds, OpKind.ClockAdvance);
        }
        else
        {
            _now += nanoseconds;
        }
    }
}
