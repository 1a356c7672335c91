using RateSync.Fast.State;
using RateSync.Fast.Tests.Interleaving.Explorer;

namespace RateSync.Fast.Tests.Interleaving.Suites;

/// <summary>A waiter that notes down what it was told.</summary>
internal sealed class Waiter(Action<long> granted) : WaitNode
{
    /// <summary>How often it was granted.</summary>
    public int Grants { get; private set; }

    /// <summary>How often it was told that it had left.</summary>
    public int Departures { get; private set; }

    /// <summary>It is in line, or was.</summary>
    public bool Joined { get; set; }

    public bool IsGranted => Grants > 0;

    public bool HasLeft => Departures > 0;

    public bool IsWaiting => Joined && Grants == 0 && Departures == 0;

    public override void OnGranted(long stamp) => Model.Ghost(() =>
    {
        Grants++;
        granted(Permits);
    });

    public override void OnLeft(LeaveReason reason) => Model.Ghost(() => Departures++);
}
