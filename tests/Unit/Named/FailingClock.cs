using RateSync.Fast.Tests.Shared;

namespace RateSync.Fast.Tests.Unit.Named;

/// <summary>A clock that throws once, at the read that it is told, be it of its time, of the calendar, or of a timer that is set.</summary>
internal sealed class FailingClock : TimeProvider
{
    private int _readsLeft = int.MaxValue;

    public ManualClock Inner { get; } = new();

    public override long TimestampFrequency => Inner.TimestampFrequency;

    /// <summary>Throws at that read from now; 1 is the next.</summary>
    public void FailAt(int read) => _readsLeft = read;

    /// <summary>Whether it has thrown.</summary>
    public bool HasFailed => _readsLeft <= 0;

    /// <summary>Throws no more.</summary>
    public void Heal() => _readsLeft = int.MaxValue;

    public override long GetTimestamp()
    {
        Read();
        return Inner.GetTimestamp();
    }

    public override DateTimeOffset GetUtcNow()
    {
        Read();
        return Inner.GetUtcNow();
    }

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        Read();
        return new Timer(this, Inner.CreateTimer(callback, state, dueTime, period));
    }

    private void Read()
    {
        if (--_readsLeft == 0)
        {
            throw new ClockException();
        }
    }

    /// <summary>What it throws.</summary>
    public sealed class ClockException : Exception;

    private sealed class Timer(FailingClock clock, ITimer inner) : ITimer
    {
        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            clock.Read();
            return inner.Change(dueTime, period);
        }

        public void Dispose() => inner.Dispose();

        public ValueTask DisposeAsync() => inner.DisposeAsync();
    }
}
