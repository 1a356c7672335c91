namespace RateSync.Fast.Tool.Replaying;

/// <summary>A clock that shows the time of a log. Its timers never fire: nothing waits by it.</summary>
internal sealed class LogClock(long ticks) : TimeProvider
{
    private long _ticks = ticks;

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override long GetTimestamp() => _ticks;

    public override DateTimeOffset GetUtcNow() => new(_ticks, TimeSpan.Zero);

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) => new Never();

    public void Set(long ticks) => _ticks = ticks;

    private sealed class Never : ITimer
    {
        public bool Change(TimeSpan dueTime, TimeSpan period) => true;

        public void Dispose()
        {
        }

        public ValueTask DisposeAsync() => default;
    }
}
