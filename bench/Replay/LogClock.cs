namespace RateSync.Fast.Bench.Replay;

/// <summary>A clock that shows what it is told to.</summary>
internal sealed class LogClock : TimeProvider
{
    private long _ticks;

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override long GetTimestamp() => _ticks;

    public override DateTimeOffset GetUtcNow() => new(_ticks, TimeSpan.Zero);

    public void Set(long ticks) => _ticks = ticks;
}
