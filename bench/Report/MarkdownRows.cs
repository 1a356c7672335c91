using System.Globalization;
using System.Text;
using RateSync.Fast.Bench.Rows;

namespace RateSync.Fast.Bench.Report;

/// <summary>Rows as Markdown tables.</summary>
internal static class MarkdownRows
{
    private static readonly (string Title, string Id, string Name)[] s_summary =
    [
        ("`TokenBucket`, granted", "P1", "granted"),
        ("`TokenBucket`, granted", "P2", "granted"),
        ("`TokenBucket`, granted: slowest of 10,000 calls", "P3", "p99.99 of single calls, 16 threads"),
        ("`TokenBucket`, flood of refusals", "G10", "flood of refusals"),
        ("`TicketSemaphore`, in and out", "P5", "TryEnter, Exit, 50 slots"),
        ("`KeyedLimiter`, 1,024 keys", "P8", "1,024 keys, burst 1,000,000"),
        ("`KeyedLimiter`, 1,000,000 keys", "P9", "a hit"),
        ("`SlidingWindow`, split", "P10", "SlidingWindow, 10 parts, split"),
    ];

    /// <summary>All rows, one table for each goal.</summary>
    public static string Write(IReadOnlyList<Row> rows)
    {
        StringBuilder text = new();
        foreach (IGrouping<string, Row> group in rows.GroupBy(static r => r.Id))
        {
            text.Append(CultureInfo.InvariantCulture, $"**{group.Key}**: {AllRows.TitleOf(group.Key)}\n\n");
            text.Append("| | threads | ours | B/op | floor | x floor | peer | its | B/op | times faster | goal | |\n");
            text.Append("| --- | ---: | ---: | ---: | ---: | ---: | --- | ---: | ---: | ---: | --- | --- |\n");
            foreach (Row row in group)
            {
                Append(text, row);
            }

            text.Append('\n');
            foreach (Row row in group.Where(static r => r.Note is not null || r.IsNoisy || r.Fault is not null))
            {
                string noisy = row.IsNoisy ? "noisy rounds; " : "";
                string fault = row.Fault is null ? "" : $"INVALID: {row.Fault}; ";
                text.Append(CultureInfo.InvariantCulture, $"- {row.Name}, {row.Threads} thread{(row.Threads == 1 ? "" : "s")}: {(fault + noisy + row.Note).TrimEnd(' ', ';')}.\n");
            }

            text.Append('\n');
        }

        return text.ToString();
    }

    /// <summary>A few rows that say most.</summary>
    public static string WriteSummary(IReadOnlyList<Row> rows)
    {
        StringBuilder text = new("| | threads | ours | what it needs at the least | the platform's | faster |\n| --- | ---: | ---: | ---: | --- | ---: |\n");
        foreach ((string title, string id, string name) in s_summary)
        {
            foreach (Row row in rows.Where(r => r.Id == id && r.Name == name))
            {
                RowPeer peer = row.Peers[0];
                string floor = row.Floor is { } figure ? Quantity.Show(figure, row.Unit) : "";
                string bytes = peer.Bytes is > 0.5 and { } many ? $", {Quantity.Bytes(many)} B" : "";
                text.Append(CultureInfo.InvariantCulture, $"| {title} | {row.Threads} | {Quantity.Show(row.Ours, row.Unit)} | {floor} | `{peer.Name}` {Quantity.Show(peer.Figure, row.Unit)}{bytes} | {Quantity.Ratio(peer.Ratio)} x |\n");
            }
        }

        return text.ToString();
    }

    /// <summary>What is not as it should be.</summary>
    public static string WriteMissed(IReadOnlyList<Row> rows)
    {
        StringBuilder text = new();
        foreach (Row row in rows.Where(static r => r.HasGoal && !r.IsMet))
        {
            string threads = row.Threads == 1 ? "1 thread" : $"{row.Threads} threads";
            List<string> parts = [];
            if (row.FloorGoal is { } floor && !floor.IsMetBy(row.FloorRatio ?? double.NaN))
            {
                parts.Add($"{Quantity.Ratio(row.FloorRatio ?? double.NaN)} x floor, goal {floor}");
            }

            if (row.OwnGoal is { } own && !own.IsMetBy(row.Ours))
            {
                parts.Add($"{Quantity.Show(row.Ours, row.Unit)}, goal {(own.IsMaximum ? "<=" : ">=")}{Quantity.Show(own.Limit, row.Unit)}");
            }

            if (row.BytesGoal is { } bytes && !bytes.IsMetBy(row.Bytes ?? double.NaN))
            {
                parts.Add($"{Quantity.Bytes(row.Bytes ?? double.NaN)} B, goal 0 B");
            }

            parts.AddRange(row.Peers.Where(static p => !Row.IsMetAgainst(p)).Select(static p => $"{Quantity.Ratio(p.Ratio)} x {p.Name}, goal {p.Goal}"));
            text.Append(CultureInfo.InvariantCulture, $"- {row.Id} {row.Name}, {threads}: {string.Join("; ", parts)}{(row.Fault is null ? "" : $"; {row.Fault}")}.\n");
        }

        return text.Length == 0 ? "Nothing.\n" : text.ToString();
    }

    /// <summary>Lines of a plot as a table.</summary>
    public static string WriteSeries(string xTitle, string unit, IReadOnlyList<Series> series)
    {
        double[] xs = [.. series.SelectMany(static s => s.Points).Select(static p => p.X).Distinct().Order()];
        StringBuilder text = new();
        text.Append(CultureInfo.InvariantCulture, $"| {xTitle} | {string.Join(" | ", series.Select(s => $"{s.Name}, {unit}"))} |\n");
        text.Append(CultureInfo.InvariantCulture, $"| ---: | {string.Join(" | ", series.Select(static _ => "---:"))} |\n");
        foreach (double x in xs)
        {
            IEnumerable<string> figures = series.Select(s => s.Points.Where(p => p.X == x).Select(static p => Quantity.Digits(p.Y)).FirstOrDefault() ?? "");
            text.Append(CultureInfo.InvariantCulture, $"| {x:N0} | {string.Join(" | ", figures)} |\n");
        }

        return text.ToString();
    }

    private static void Append(StringBuilder text, Row row)
    {
        IReadOnlyList<RowPeer?> peers = row.Peers.Count == 0 ? [null] : [.. row.Peers];
        for (int i = 0; i < peers.Count; i++)
        {
            RowPeer? peer = peers[i];
            string own = i > 0
                ? "| | | | | | "
                : $"| {row.Name} | {row.Threads} | {Quantity.Show(row.Ours, row.Unit)} | {(row.Bytes is { } bytes ? Quantity.Bytes(bytes) : "")} | {(row.Floor is { } floor ? Quantity.Show(floor, row.Unit) : "")} | {(row.FloorRatio is { } ratio ? Quantity.Ratio(ratio) : "")} ";
            string theirs = peer is null
                ? "| | | | "
                : $"| {peer.Name} | {Quantity.Show(peer.Figure, row.Unit)} | {(peer.Bytes is { } b ? Quantity.Bytes(b) : "")} | {(peer.IsComparable ? Quantity.Ratio(peer.Ratio) : "")} ";
            string goal = i == 0 ? row.DescribeGoal(peer) : peer?.Goal is { } faster ? $"{faster} x {peer.Name}" : "";
            bool met = row.Fault is null && (i > 0 || row.OwnPartIsMet) && (peer is null || Row.IsMetAgainst(peer));
            text.Append(CultureInfo.InvariantCulture, $"{own}{theirs}| {goal} | {(goal.Length == 0 ? "" : met ? "met" : "missed")} |\n");
        }
    }
}
