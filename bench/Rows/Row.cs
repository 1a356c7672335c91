using System.Globalization;

namespace RateSync.Fast.Bench.Rows;

/// <summary>One result: ours, what it is compared with, and what it should be.</summary>
internal sealed record Row
{
    /// <summary>The goal's number: P1, P1b, ...</summary>
    public required string Id { get; init; }

    /// <summary>What was measured; with <see cref="Id"/> and <see cref="Threads"/> it names the row.</summary>
    public required string Name { get; init; }

    public int Threads { get; init; } = 1;

    public Unit Unit { get; init; }

    public required double Ours { get; init; }

    /// <summary>What the floor took, or what ours is held against instead.</summary>
    public double? Floor { get; init; }

    /// <summary>Ours as a multiple of the floor: the median over the rounds.</summary>
    public double? FloorRatio { get; init; }

    public Bound? FloorGoal { get; init; }

    /// <summary>A bound on <see cref="Ours"/> itself.</summary>
    public Bound? OwnGoal { get; init; }

    public IReadOnlyList<RowPeer> Peers { get; init; } = [];

    /// <summary>Bytes that ours allocates per operation, in the worst round.</summary>
    public double? Bytes { get; init; }

    public Bound? BytesGoal { get; init; }

    /// <summary>Whether the rounds disagreed so much that the figures mean little.</summary>
    public bool IsNoisy { get; init; }

    /// <summary>Why the figure is not of what the row says; null when it is.</summary>
    public string? Fault { get; init; }

    /// <summary>Something to know when reading it.</summary>
    public string? Note { get; init; }

    /// <summary>Whether there is anything to meet.</summary>
    public bool HasGoal => FloorGoal is not null || OwnGoal is not null || BytesGoal is not null || Peers.Any(static p => p.Goal is not null);

    /// <summary>Whether there is more to meet than to allocate nothing.</summary>
    public bool HasMoreGoals => FloorGoal is not null || OwnGoal is not null || Peers.Any(static p => p.Goal is not null);

    /// <summary>Whether all of it is met.</summary>
    public bool IsMet => Fault is null && OwnPartIsMet && Peers.All(IsMetAgainst);

    /// <summary>The goals that do not concern a peer.</summary>
    public bool OwnPartIsMet =>
        (FloorGoal?.IsMetBy(FloorRatio ?? double.NaN) ?? true)
        && (OwnGoal?.IsMetBy(Ours) ?? true)
        && (BytesGoal?.IsMetBy(Bytes ?? double.NaN) ?? true);

    public static bool IsMetAgainst(RowPeer peer) => peer.Goal?.IsMetBy(peer.Ratio) ?? true;

    /// <summary>The goals in words; those that concern the given peer, and those that concern none.</summary>
    public string DescribeGoal(RowPeer? peer)
    {
        List<string> goals = [];
        if (FloorGoal is { } floor)
        {
            goals.Add($"{floor} x floor");
        }

        if (OwnGoal is { } own)
        {
            goals.Add(string.Create(CultureInfo.InvariantCulture, $"{(own.IsMaximum ? "<=" : ">=")}{Quantity.Show(own.Limit, Unit)}"));
        }

        if (peer?.Goal is { } faster)
        {
            goals.Add($"{faster} x {peer.Name}");
        }

        if (BytesGoal is { } bytes)
        {
            goals.Add(bytes.Limit == 0 ? "0 B" : $"{bytes} B");
        }

        return string.Join("; ", goals);
    }
}
