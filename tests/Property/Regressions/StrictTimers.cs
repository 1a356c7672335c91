using RateSync.Fast.Tests.Shared;

namespace RateSync.Fast.Tests.Property.Regressions;

/// <summary>A manual clock whose timers refuse delays as long as the system's do, and can be made to fail.</summary>
internal sealed class StrictTimers : TimeProvider
{
    private static readonly TimeSpan s_longest = TimeSpan.FromMilliseconds(uint.MaxValue - 1);

    public ManualClock Inner { get; } = new();

    /// <summary>How many times yet setting a timer throws.</summary>
    public int Failures { get; set; }

    public override long TimestampFrequency => Inner.TimestampFrequency;

    public override long GetTimestamp() => Inner.GetTimestamp();

    public override DateTimeOffset GetUtcNow() => Inner.GetUtcNow();

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        Check(dueTime);
        return new StrictTimer(this, Inner.CreateTimer(callback, state, dueTime, period));
    }

    private void Check(TimeSpan dueTime)
    {
        if (dueTime == Timeout.InfiniteTimeSpan)
        {
            return;
        }

        ArgumentOutOfRangeException.ThrowIfGreaterThan(dueTime, s_longest);
        ArgumentOutOfRangeException.ThrowIfLessThan(dueTime, TimeSpan.Zero);
        if (Failures > 0)
        {
            Failures--;
            throw new IOException("This timer could not be set.");
        }
    }

    private sealed class StrictTimer(StrictTimers owner, ITimer inner) : ITimer
    {
        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            owner.Check(dueTime);
            return inner.Change(dueTime, period);
        }

        public void Dispose() => inner.Dispose();

        public ValueTask DisposeAsync() => inner.DisposeAsync();
    }
}
