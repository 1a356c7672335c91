using RateSync.Fast.Tests.Shared;

namespace RateSync.Fast.Tests.Property.Checks;

/// <summary>A clock whose wall time can be set, as time synchronisation does, while its timestamps go on evenly.</summary>
internal sealed class WallClockSteps(ManualClock clock) : TimeProvider
{
    /// <summary>How far the wall clock is from where it began, in steps only.</summary>
    public TimeSpan Offset { get; set; }

    public override long TimestampFrequency => clock.TimestampFrequency;

    public override long GetTimestamp() => clock.GetTimestamp();

    public override DateTimeOffset GetUtcNow() => clock.GetUtcNow() + Offset;

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
        clock.CreateTimer(callback, state, dueTime, period);
}
