using RateSync.Fast.Tests.Shared;

namespace RateSync.Fast.Tests.Property.Waiting;

/// <summary>A manual clock that calls out whenever it is read, so that a test can hold a thread there.</summary>
internal sealed class HookedClock : TimeProvider
{
    public ManualClock Inner { get; } = new();

    public Action? OnRead { get; set; }

    public override long TimestampFrequency => Inner.TimestampFrequency;

    public override long GetTimestamp()
    {
        OnRead?.Invoke();
        return Inner.GetTimestamp();
    }

    public override DateTimeOffset GetUtcNow() => Inner.GetUtcNow();

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
        Inner.CreateTimer(callback, state, dueTime, period);
}
