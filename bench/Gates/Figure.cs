using RateSync.Fast.Bench.Rows;

namespace RateSync.Fast.Bench.Gates;

/// <summary>One measured figure that can be gated, with the goal it has in the headline.</summary>
internal sealed record Figure(GateKey Key, double Value, Bound? Goal)
{
    /// <summary>
    /// All that there is to gate in a row: each ratio to a floor, each ratio to a peer that has a goal, bytes, and what has a bound of its
    /// own.
    /// </summary>
    public static IEnumerable<Figure> Of(Row row)
    {
        if (row.FloorRatio is { } ratio && row.Unit == Unit.Nanoseconds && (row.FloorGoal is not null || row.BytesGoal is not null))
        {
            yield return new Figure(KeyOf(row, Measures.RatioFloor, null), ratio, row.FloorGoal);
        }

        foreach (RowPeer peer in row.Peers.Where(static p => p.Goal is not null))
        {
            yield return new Figure(KeyOf(row, Measures.RatioPeer, peer.Name), peer.Ratio, peer.Goal);
        }

        if (row.BytesGoal is not null)
        {
            yield return new Figure(KeyOf(row, Measures.BytesPerOperation, null), row.Bytes ?? double.NaN, row.BytesGoal);
        }

        if (row.OwnGoal is { IsMaximum: true })
        {
            yield return new Figure(KeyOf(row, Measures.Figure, null), row.Ours, row.OwnGoal);
        }
    }

    private static GateKey KeyOf(Row row, string measure, string? peer) => new(row.Id, row.Name, row.Threads, measure, peer);
}
