namespace RateSync.Fast.Tests.Interleaving.Linearizability;

/// <summary>One call of a limiter, as its caller saw it.</summary>
/// <param name="Thread">Who called.</param>
/// <param name="Permits">Permits asked for; negative for a refund.</param>
/// <param name="Granted">The answer.</param>
/// <param name="Call">The step in which it began.</param>
/// <param name="Return">The step in which it ended.</param>
/// <param name="Keep">Permits that had to be left after it.</param>
internal sealed record Operation(int Thread, long Permits, bool Granted, int Call, int Return, long Keep = 0)
{
    public bool Overlaps(Operation other) => Call < other.Return && other.Call < Return;

    public override string ToString() => Permits < 0
        ? $"T{Thread} refunds {-Permits} [{Call}..{Return}]"
        : $"T{Thread} takes {Permits} and leaves {Keep}: {(Granted ? "granted" : "refused")} [{Call}..{Return}]";
}
