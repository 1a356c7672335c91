using RateSync.Fast.Tests.Shared;

namespace RateSync.Fast.Tests.Property.Regressions;

/// <summary>A manual clock that lets something happen between a reading and its use.</summary>
internal sealed class LateClock : TimeProvider
{
    private Action? _afterRead;

    public ManualClock Inner { get; } = new();

    public override long TimestampFrequency => Inner.TimestampFrequency;

    public void AfterNextRead(Action action) => _afterRead = action;

    public override long GetTimestamp()
    {
        long now = Inner.GetTimestamp();
        Action? action = _afterRead;
        _afterRead = null;
        action?.Invoke();
        return now;
    }

    public override DateTimeOffset GetUtcNow() => Inner.GetUtcNow();

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
        Inner.CreateTimer(callback, state, dueTime, period);
}
