using System.Diagnostics;
using System.Globalization;
using RateSync.Fast.Bench.Measure;
using RateSync.Fast.Bench.Output;
using RateSync.Fast.Bench.Rows;

namespace RateSync.Fast.Bench;

/// <summary>The table of all goals.</summary>
internal static class Headline
{
    public static int Run(Arguments arguments)
    {
        string? json = arguments.TakeOption("--json");
        string[] ids = arguments.TakeRest();
        string[] unknown = [.. ids.Where(static id => !AllRows.Ids.Contains(id, StringComparer.OrdinalIgnoreCase))];
        if (unknown.Length > 0)
        {
            throw new UsageException($"There is no row {string.Join(", ", unknown)}. There are {string.Join(", ", AllRows.Ids)}.");
        }

        if (json is not null)
        {
            // Before three minutes of work, not after them.
            File.WriteAllText(json, "[]");
        }

        long start = Stopwatch.GetTimestamp();
        using Crew crew = new();
        Table table = new();
        Terminal.WriteLine(Terminal.Bold(Machine.Describe()));
        Table.WriteHeader();
        List<Row> rows = [];
        foreach (Row row in Measurement.Run(AllRows.Make(ids), ids, crew, Budget.Headline, Terminal.Progress))
        {
            table.Write(row);
            rows.Add(row);
        }

        if (json is not null)
        {
            JsonRows.Write(json, rows);
        }

        Terminal.WriteLine();
        Terminal.WriteLine(Summary(rows, Stopwatch.GetElapsedTime(start)));
        return 0;
    }

    private static string Summary(List<Row> rows, TimeSpan elapsed)
    {
        Row[] withGoal = [.. rows.Where(static r => r.HasMoreGoals || !r.IsMet)];
        Row[] missed = [.. withGoal.Where(static r => !r.IsMet)];
        string verdict = missed.Length == 0
            ? Terminal.Good($"All {withGoal.Length} rows with a goal met it.")
            : Terminal.Bad($"{withGoal.Length - missed.Length} of {withGoal.Length} rows met their goal; missed: {string.Join(", ", missed.Select(static r => r.Id).Distinct())}.");
        return string.Create(CultureInfo.InvariantCulture, $"{verdict} Took {elapsed.TotalSeconds:0} s. What it means and what each goal is: docs/perf/README.md.");
    }
}
