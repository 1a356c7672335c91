using System.Diagnostics;
using System.Globalization;
using RateSync.Fast.Bench.Measure;
using RateSync.Fast.Bench.Output;
using RateSync.Fast.Bench.Rows;

namespace RateSync.Fast.Bench.Report;

/// <summary>
/// Measures everything once and writes it down where it is read: a file of results with its date and machine, the plots, and the marked
/// regions of the README files. No figure in the documentation is written by hand.
/// </summary>
internal static class ReportMode
{
    public static int Run(Arguments arguments)
    {
        string[] rest = arguments.TakeRest();
        if (rest.Length > 0)
        {
            throw new UsageException($"report takes nothing else; found: {string.Join(' ', rest)}.");
        }

        long start = Stopwatch.GetTimestamp();
        using Crew crew = new();
        List<RowGroup> groups = AllRows.Make([]);
        List<Row> rows = [];
        Table table = new();
        Terminal.WriteLine(Terminal.Bold(Machine.Describe()));
        Table.WriteHeader();
        foreach (Row row in Measurement.Run(groups, [], crew, Budget.Headline, Terminal.Progress))
        {
            table.Write(row);
            rows.Add(row);
        }

        Terminal.Progress("measuring cost by threads");
        IReadOnlyList<Series> costs = ThreadSweep.Measure(crew, Budget.Headline);
        Terminal.Progress("measuring keys");
        KeySweep keys = KeySweep.Measure(crew);
        IReadOnlyList<Series> tail = TailOf(groups.OfType<CrowdedRows>().Single());

        string plots = Path.Combine(Repository.PerfDocs, "plots");
        string results = Path.Combine(Repository.PerfDocs, "results");
        Directory.CreateDirectory(plots);
        Directory.CreateDirectory(results);
        File.WriteAllText(Path.Combine(plots, "cost-by-threads.svg"), Plot.Draw("Time per permit, all threads together", "threads", "ns", costs, logX: true));
        File.WriteAllText(Path.Combine(plots, "tail-latency.svg"), Plot.Draw("Time of single calls, 16 threads", "of all calls are faster than this", "ns", tail, logX: false, TailLabels));
        File.WriteAllText(Path.Combine(plots, "bytes-per-key.svg"), Plot.Draw("Memory per key, by the heap's growth", "keys", "bytes", keys.Bytes, logX: true));
        File.WriteAllText(Path.Combine(plots, "cost-per-key.svg"), Plot.Draw("Time per permit of one key among many", "keys", "ns", keys.Nanoseconds, logX: true));

        string date = DateTime.UtcNow.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
        string file = Path.Combine(results, $"{date}-{Machine.Slug}.md");
        string headline = MarkdownRows.Write(rows);
        string sweeps = MarkdownRows.WriteSeries("threads", "ns", costs) + "\n" + MarkdownRows.WriteSeries("keys", "ns", keys.Nanoseconds)
            + "\n" + MarkdownRows.WriteSeries("keys", "bytes per key", keys.Bytes);
        string where = $"{Machine.Describe()}, {date}. Written by `dotnet run -c Release --project bench -- report`.";
        File.WriteAllText(file, $"# Results, {date}\n\n{where}\n\n{headline}\n## Sweeps\n\n{sweeps}");

        string missed = MarkdownRows.WriteMissed(rows);
        Regions.Replace(Path.Combine(Repository.PerfDocs, "README.md"), "results", $"{where}\n\n{headline}");
        Regions.Replace(Path.Combine(Repository.PerfDocs, "README.md"), "missed", missed);
        Regions.Replace(Path.Combine(Repository.Root, "README.md"), "summary", $"{MarkdownRows.WriteSummary(rows)}\n{where}\n");
        Terminal.WriteLine();
        Terminal.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"Wrote {Path.GetRelativePath(Repository.Root, file)}, four plots, and the tables in README.md and docs/perf/README.md. Took {Stopwatch.GetElapsedTime(start).TotalSeconds:0} s."));
        return 0;
    }

    private static readonly string[] TailLabels = ["50 %", "90 %", "99 %", "99.9 %", "99.99 %"];

    private static IReadOnlyList<Series> TailOf(CrowdedRows rows)
    {
        double[] parts = [0.5, 0.9, 0.99, 0.999, 0.9999];
        return [.. rows.Latencies
            .Where(static l => l.Key != "nothing")
            .Select(l => new Series(l.Key, [.. parts.Select((part, i) => (X: (double)i, Y: l.Value.PercentileNs(part)))]))];
    }
}
