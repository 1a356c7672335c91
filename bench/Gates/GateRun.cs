using System.Diagnostics;
using System.Globalization;
using RateSync.Fast.Bench.Measure;
using RateSync.Fast.Bench.Output;
using RateSync.Fast.Bench.Rows;

namespace RateSync.Fast.Bench.Gates;

/// <summary>The short form that runs on each change: fails on a ratio that got worse, and on a byte.</summary>
internal static class GateRun
{
    /// <summary>The tail of P3 needs more time than a gate has.</summary>
    private static readonly string[] s_ids = ["P1", "P1b", "P2", "P4", "G10", "P5", "P6", "P7", "P8", "P9", "P10", "P13"];

    /// <summary>
    /// A machine can be busy with something else for a while: a group that fails is measured again, so often at the most.
    /// </summary>
    private const int Retries = 3;

    public static int Run(Arguments arguments)
    {
        int? calibrate = arguments.TakeNumber("--calibrate", 2);
        bool update = arguments.TakeFlag("--update");
        string? figures = arguments.TakeOption("--figures");
        string[] ids = arguments.TakeRest();
        if (figures is not null)
        {
            GateFile.WriteFigures(figures, Measure());
            return 0;
        }

        if (calibrate is not null || update)
        {
            return Calibration.Run(calibrate ?? Calibration.DefaultRuns, update);
        }

        return Check(ids.Length > 0 ? ids : s_ids);
    }

    private static List<Figure> Measure()
    {
        using Crew crew = new();
        return [.. Measurement.Run(AllRows.Make(s_ids), s_ids, crew, Budget.Gate, Terminal.Progress).SelectMany(Figure.Of)];
    }

    private static int Check(string[] ids)
    {
        long start = Stopwatch.GetTimestamp();
        Gate[] gates = [.. GateFile.Read(Repository.GatesFile).Where(g => ids.Contains(g.Id, StringComparer.OrdinalIgnoreCase))];
        using Crew crew = new();
        List<RowGroup> groups = AllRows.Make(ids);
        Terminal.Progress("warming up");
        WarmUp.Run(crew, [.. groups.SelectMany(static g => g.Contests).SelectMany(static c => c.Contenders)]);

        int failed = 0;
        HashSet<GateKey> seen = [];
        foreach (RowGroup group in groups)
        {
            Terminal.Progress($"measuring {group.Id}");
            Dictionary<GateKey, double> best = [];
            Take(best, group.Measure(crew, Budget.Gate));
            for (int retry = 0; retry < Retries && gates.Any(g => Fails(g, best)); retry++)
            {
                Terminal.Progress($"measuring {group.Id} again");
                Take(best, group.Measure(crew, Budget.Gate));
            }

            seen.UnionWith(best.Keys);
            foreach (Gate gate in gates.Where(g => best.ContainsKey(g.Key)))
            {
                failed += Report(gate, best[gate.Key]) ? 0 : 1;
            }
        }

        foreach (Gate gate in gates.Where(g => !seen.Contains(g.Key)))
        {
            Terminal.WriteLine(Terminal.Bad($"FAIL  {gate.Key}: nothing measures this any more. Take it out of gates.json, or bring it back."));
            failed++;
        }

        int ungated = seen.Count(key => ids.Contains(key.Id, StringComparer.OrdinalIgnoreCase) && gates.All(g => g.Key != key));
        string rest = ungated == 0 ? "" : $" {ungated} figures have no gate: gate --calibrate 10 --update.";
        string verdict = failed == 0
            ? Terminal.Good($"All {gates.Length} gates hold.")
            : Terminal.Bad($"{failed} of {gates.Length} gates fail: the figures above got worse than any run before, in {Retries + 1} measurements.");
        Terminal.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{verdict}{rest} Took {Stopwatch.GetElapsedTime(start).TotalSeconds:0} s."));
        return failed == 0 ? 0 : 1;
    }

    /// <summary>
    /// Keeps the better of two measurements: noise only ever makes things slower. Bytes are not noisy: there the worst counts.
    /// </summary>
    private static void Take(Dictionary<GateKey, double> best, IEnumerable<Row> rows)
    {
        foreach (Figure figure in rows.SelectMany(Figure.Of))
        {
            if (!best.TryGetValue(figure.Key, out double before))
            {
                best[figure.Key] = figure.Value;
                continue;
            }

            bool smaller = Measures.IsMaximum(figure.Key.Measure) && figure.Key.Measure != Measures.BytesPerOperation;
            best[figure.Key] = smaller ? Math.Min(before, figure.Value) : Math.Max(before, figure.Value);
        }
    }

    private static bool Fails(Gate gate, Dictionary<GateKey, double> best) =>
        gate.Measure != Measures.BytesPerOperation && best.TryGetValue(gate.Key, out double value) && !gate.IsPassedBy(value);

    private static bool Report(Gate gate, double value)
    {
        bool passed = gate.IsPassedBy(value);
        string limit = gate.Max is { } max
            ? string.Create(CultureInfo.InvariantCulture, $"<={max}")
            : string.Create(CultureInfo.InvariantCulture, $">={gate.Min}");
        string line = string.Create(CultureInfo.InvariantCulture, $"{(passed ? "ok  " : "FAIL")}  {gate.Key}: {value:0.####} {limit}");
        Terminal.WriteLine(passed ? line : Terminal.Bad(line));
        return passed;
    }
}
