using RateSync.Fast.Bench.Measure;

namespace RateSync.Fast.Bench.Rows;

/// <summary>A run over rows: everything warmed up together, then goal after goal.</summary>
internal static class Measurement
{
    /// <summary>Measures the rows of the given numbers; all of them if none is given.</summary>
    /// <param name="groups">From <see cref="AllRows.Make"/>.</param>
    /// <param name="ids">The numbers.</param>
    /// <param name="crew">The measuring threads.</param>
    /// <param name="budget">How long.</param>
    /// <param name="progress">Told what comes next.</param>
    public static IEnumerable<Row> Run(
        IReadOnlyList<RowGroup> groups, IReadOnlyCollection<string> ids, Crew crew, Budget budget, Action<string> progress)
    {
        progress("warming up");
        WarmUp.Run(crew, [.. groups.SelectMany(static g => g.Contests).SelectMany(static c => c.Contenders)]);
        foreach (RowGroup group in groups)
        {
            progress($"measuring {group.Id}");
            foreach (Row row in group.Measure(crew, budget))
            {
                if (ids.Count == 0 || ids.Contains(row.Id, StringComparer.OrdinalIgnoreCase))
                {
                    yield return row;
                }
            }
        }
    }
}
