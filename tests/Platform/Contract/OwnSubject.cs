using RateSync.Fast.Tests.Shared;

namespace RateSync.Fast.Tests.Platform.Contract;

/// <summary>One of ours: time is moved by hand.</summary>
internal sealed class OwnSubject(ManualClock clock) : Subject
{
    public static readonly TimeSpan Period = TimeSpan.FromSeconds(1);

    protected override void Refill() => clock.Advance(Period);
}
