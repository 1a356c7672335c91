using System.Globalization;
using RateSync.Fast.Bench.Measure;
using RateSync.Fast.Bench.Output;

namespace RateSync.Fast.Bench.Gates;

/// <summary>
/// Finds out how far the same code differs from run to run, and where gates must stand so that only other code passes them. Each run
/// is a process of its own: the compiler's choices and the places of things in memory differ between processes, not within one.
/// </summary>
internal static class Calibration
{
    public const int DefaultRuns = 5;

    /// <summary>Ratios to a floor compare like with like and differ little between processors: half beyond the worst run.</summary>
    private const double FloorHeadroom = 1.5;

    /// <summary>Ratios to peers depend on the processor as well; and a peer's goal is good enough where it is looser.</summary>
    private const double PeerHeadroom = 1.6;

    public static int Run(int runs, bool update)
    {
        Dictionary<GateKey, List<Figure>> all = [];
        for (int run = 1; run <= runs; run++)
        {
            Terminal.Progress($"run {run} of {runs}");
            string file = Path.GetTempFileName();
            try
            {
                if (SelfRun.Run(["gate", "--figures", file]) != 0)
                {
                    throw new UsageException("A run failed.");
                }

                foreach (Figure figure in GateFile.ReadFigures(file))
                {
                    (all.TryGetValue(figure.Key, out List<Figure>? list) ? list : all[figure.Key] = []).Add(figure);
                }
            }
            finally
            {
                File.Delete(file);
            }
        }

        List<Gate> gates = [];
        foreach ((GateKey key, List<Figure> figures) in all)
        {
            Gate gate = Derive(key, figures);
            gates.Add(gate);
            Terminal.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{key}: {gate.Note}"));
        }

        if (update)
        {
            GateFile.Write(Repository.GatesFile, gates);
            Terminal.WriteLine($"Wrote {gates.Count} gates to {Repository.GatesFile}.");
        }
        else
        {
            Terminal.WriteLine("Nothing was written; --update writes bench/gates.json.");
        }

        return 0;
    }

    private static Gate Derive(GateKey key, List<Figure> figures)
    {
        double median = Statistics.Median(figures.Select(static f => f.Value));
        bool maximum = Measures.IsMaximum(key.Measure);
        double worst = maximum ? figures.Max(static f => f.Value) : figures.Min(static f => f.Value);
        string seen = string.Create(CultureInfo.InvariantCulture, $"{figures.Count} runs: median {Round(median)}, worst {Round(worst)}");
        Gate gate = new() { Id = key.Id, Name = key.Name, Threads = key.Threads, Measure = key.Measure, Peer = key.Peer, Note = seen };
        if (key.Measure is Measures.BytesPerOperation or Measures.Figure)
        {
            // Exact. Where the goal is missed today the gate holds what there is.
            // What the whole process allocates meanwhile, its thread pool included, is not exact where it is anything at all.
            double goalOrNothing = figures[0].Goal?.Limit ?? 0;
            double limit = worst <= goalOrNothing ? goalOrNothing : RoundUp(worst * 1.5);
            return gate with { Max = limit, Note = seen + (limit > (figures[0].Goal?.Limit ?? 0) ? "; the goal is missed, this holds the worst and a half" : "; exact") };
        }

        if (maximum)
        {
            double limit = RoundUp(worst * FloorHeadroom);
            return gate with { Max = limit, Note = $"{seen}; the worst and a half" };
        }

        double least = RoundDown(worst / PeerHeadroom);
        return figures[0].Goal is { } goal && goal.Limit < least
            ? gate with { Min = goal.Limit, Note = $"{seen}; the goal, as the worst by 1.6 would be stricter than it" }
            : gate with { Min = least, Note = $"{seen}; the worst by 1.6" };
    }

    private static double Round(double value) => Math.Round(value, value < 10 ? 3 : 1);

    private static double RoundUp(double value) => Math.Ceiling(value * 100) / 100;

    private static double RoundDown(double value) => Math.Floor(value * 100) / 100;
}
