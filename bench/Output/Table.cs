using RateSync.Fast.Bench.Rows;

namespace RateSync.Fast.Bench.Output;

/// <summary>The headline as text: row after row as they are measured. ASCII only, so that columns stand everywhere.</summary>
internal sealed class Table
{
    private const int MarkWidth = 6;
    private const int NameWidth = 38;
    private const int ThreadsWidth = 3;
    private const int FigureWidth = 8;
    private const int RatioWidth = 6;
    private const int GoalWidth = 7;
    private const int PeerWidth = 24;
    private const int BytesWidth = 5;

    private string? _id;

    public static void WriteHeader() => Terminal.WriteLine(Terminal.Dim(
        Left("", MarkWidth) + Left("", NameWidth) + Right("thr", ThreadsWidth) + Right("ours", FigureWidth + 1) + Right("B/op", BytesWidth + 1)
        + Right("floor", FigureWidth + 2) + Right("x floor", RatioWidth + 2) + Left(" goal", GoalWidth + 2)
        + Left("peer", PeerWidth) + Right("its", FigureWidth) + Right("B/op", BytesWidth + 1) + Right("faster", RatioWidth + 2) + Left(" goal", GoalWidth)));

    public void Write(Row row)
    {
        if (row.Id != _id)
        {
            Terminal.WriteLine();
            Terminal.WriteLine(Terminal.Bold(Left(row.Id, MarkWidth) + AllRows.TitleOf(row.Id)));
            _id = row.Id;
        }

        Terminal.WriteLine((Mark(row) + Own(row) + Versus(row, row.Peers.Count > 0 ? row.Peers[0] : null)).TrimEnd());
        foreach (RowPeer peer in row.Peers.Skip(1))
        {
            Terminal.WriteLine(new string(' ', MarkWidth + NameWidth + ThreadsWidth + FigureWidth + 1 + BytesWidth + 1 + FigureWidth + 2 + RatioWidth + 2 + GoalWidth + 2)
                + Versus(row, peer).TrimEnd());
        }

        foreach (string remark in Remarks(row))
        {
            Terminal.WriteLine(new string(' ', MarkWidth) + Terminal.Dim(remark));
        }
    }

    private static string Mark(Row row)
    {
        string mark = Left(!row.IsMet ? "MISS" : row.HasMoreGoals ? "met" : "", MarkWidth);
        return row.IsMet ? Terminal.Good(mark) : Terminal.Bad(mark);
    }

    private static string Own(Row row)
    {
        string floor = row.Floor is { } figure ? Quantity.Show(figure, row.Unit) : "";
        string ratio = row.FloorRatio is { } multiple ? Quantity.Ratio(multiple) : "";
        bool met = row.FloorGoal?.IsMetBy(row.FloorRatio ?? double.NaN) ?? true;
        bool ownMet = row.OwnGoal?.IsMetBy(row.Ours) ?? true;
        bool bytesMet = row.BytesGoal?.IsMetBy(row.Bytes ?? double.NaN) ?? true;
        return Left(row.Name, NameWidth) + Right(row.Threads.ToString(System.Globalization.CultureInfo.InvariantCulture), ThreadsWidth)
            + Warn(Right(Quantity.Show(row.Ours, row.Unit), FigureWidth + 1), ownMet)
            + Warn(Right(row.Bytes is { } bytes ? Quantity.Bytes(bytes) : "", BytesWidth + 1), bytesMet)
            + Right(floor, FigureWidth + 2) + Warn(Right(ratio, RatioWidth + 2), met) + Left(" " + Goal(row), GoalWidth + 2);
    }

    private static string Goal(Row row) => row switch
    {
        { FloorGoal: { } bound } => bound.ToString(),
        { OwnGoal: { } own } => (own.IsMaximum ? "<=" : ">=") + Quantity.Show(own.Limit, row.Unit).Replace(" ", "", StringComparison.Ordinal),
        _ => "",
    };

    private static string Versus(Row row, RowPeer? peer)
    {
        if (peer is null)
        {
            return "";
        }

        bool met = Row.IsMetAgainst(peer);
        return Left(peer.Name, PeerWidth) + Right(Quantity.Show(peer.Figure, row.Unit), FigureWidth)
            + Right(peer.Bytes is { } bytes ? Quantity.Bytes(bytes) : "", BytesWidth + 1)
            + Warn(Right(peer.IsComparable ? Quantity.Ratio(peer.Ratio) : "", RatioWidth + 2), met) + Left(" " + peer.Goal?.ToString(), GoalWidth);
    }

    private static IEnumerable<string> Remarks(Row row)
    {
        if (row.Fault is not null)
        {
            yield return "INVALID: " + row.Fault;
        }

        if (row.IsNoisy)
        {
            yield return "noisy: the middle half of the rounds lies more than a quarter of the median apart";
        }

        if (row.Note is not null)
        {
            yield return row.Note;
        }
    }

    private static string Warn(string text, bool met) => met ? text : Terminal.Bad(text);

    private static string Left(string text, int width) => text.PadRight(width);

    private static string Right(string text, int width) => text.PadLeft(width);
}
