using RateSync.Fast.Tests.Stress.Recording;

namespace RateSync.Fast.Tests.Stress.Waiters;

/// <summary>What became of everybody.</summary>
internal sealed record StormResult(int Called, int Ended, int Cancelled, int TimedOut, Call[] Grants)
{
    public override string ToString() => $"{Called} called, {Ended} ended: {Grants.Length} granted, {Cancelled} cancelled, {TimedOut} too late";
}
