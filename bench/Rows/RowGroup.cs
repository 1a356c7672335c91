using RateSync.Fast.Bench.Measure;

namespace RateSync.Fast.Bench.Rows;

/// <summary>The rows of one goal, P1 or P2 and so on.</summary>
internal abstract class RowGroup
{
    protected const double NoisySpread = 0.25;

    /// <summary>The goal's number; rows may name another.</summary>
    public abstract string Id { get; }

    /// <summary>
    /// Contests that are warmed up together with those of all other groups, so that each finds code compiled with all uses in view.
    /// </summary>
    public virtual IReadOnlyList<Contest> Contests => [];

    public abstract IEnumerable<Row> Measure(Crew crew, Budget budget);

    /// <summary>Shortens the usual: a row from contenders that have been measured.</summary>
    /// <param name="name">What was measured.</param>
    /// <param name="ours">Ours.</param>
    /// <param name="floor">Its floor, if it has one.</param>
    /// <param name="floorGoal">The most of it that ours may take.</param>
    /// <param name="peers">Who else was measured, and how many times faster ours should be.</param>
    protected Row RowOf(string name, Contender ours, Contender? floor, double? floorGoal, params (Contender Peer, double? Goal)[] peers) => new()
    {
        Id = Id,
        Name = name,
        Threads = ours.Threads,
        Ours = ours.MedianNs,
        Floor = floor?.MedianNs,
        FloorRatio = floor is null ? null : ours.MultipleOf(floor),
        FloorGoal = floorGoal is { } most ? Bound.AtMost(most) : null,
        Peers = [.. peers.Select(p => new RowPeer(
            p.Peer.Name,
            p.Peer.MedianNs,
            ours.TimesFasterThan(p.Peer),
            p.Peer.MedianBytes,
            p.Goal is { } least ? Bound.AtLeast(least) : null))],
        Bytes = ours.MaxBytes,
        BytesGoal = Bound.AtMost(0),
        IsNoisy = ours.Spread > NoisySpread || floor?.Spread > NoisySpread,
        Fault = Faults([ours, .. peers.Select(static p => p.Peer)]),
    };

    private static string? Faults(IEnumerable<Contender> contenders)
    {
        string[] wrong = [.. contenders.Where(static c => !c.AnsweredAsExpected).Select(static c => c.Describe())];
        return wrong.Length == 0 ? null : string.Join("; ", wrong);
    }
}
