using System.Globalization;
using System.Text.Json;
using RateSync.Fast.Bench.Output;
using RateSync.Fast.Bench.Rows;

namespace RateSync.Fast.Bench.Replay;

/// <summary>What a limit per client would have done to the traffic in an access log, and whether it decides as arithmetic says.</summary>
internal static class ReplayMode
{
    /// <summary>
    /// A page and its files at once, then a request a second: what a person with a browser stays below, and a crawler in a hurry does not.
    /// </summary>
    private const string DefaultRate = "1";

    private const int DefaultBurst = 10;
    private const int MaxShown = 10;

    private static readonly JsonSerializerOptions s_json = new() { WriteIndented = true };

    public static int Run(Arguments arguments)
    {
        string rateText = arguments.TakeOption("--rate") ?? DefaultRate;
        int burst = arguments.TakeNumber("--burst", 1) ?? DefaultBurst;
        string? json = arguments.TakeOption("--json");
        string[] rest = arguments.TakeRest();
        if (rest.Length != 1)
        {
            throw new UsageException("replay FILE [--rate R] [--burst B] [--json FILE]: an access log in the combined format.");
        }

        ExactRate rate = ExactRate.Parse(rateText);
        AccessLog log = AccessLog.Read(rest[0]);
        Describe(rest[0], log);
        bool[] ours = Decide(log, rate, burst, out long shortfall);
        bool[] exact = ReplayPass.Exact(log, rate, burst);
        double oursRate = ReplayPass.Rate(log, () => ReplayPass.Ours(log, rate, burst, out _));
        double exactRate = ReplayPass.Rate(log, () => ReplayPass.Exact(log, rate, burst));
        int[] differences = [.. Enumerable.Range(0, ours.Length).Where(i => ours[i] != exact[i])];

        Terminal.WriteLine($"Limit per client: {rateText} a second, burst {burst:N0}.");
        Terminal.WriteLine();
        Terminal.WriteLine($"{"",-16}{"grants",12}{"refusals",12}{"lines/s",12}");
        Terminal.WriteLine(Line("KeyedLimiter", ours, oursRate));
        Terminal.WriteLine(Line("exact, slow", exact, exactRate));
        Terminal.WriteLine();
        ShowRefused(log, ours);
        ShowDifferences(log, ours, differences, shortfall);
        if (json is not null)
        {
            File.WriteAllText(json, JsonSerializer.Serialize(
                new
                {
                    file = rest[0],
                    lines = log.Lines,
                    malformed = log.Malformed,
                    clients = log.Clients.Count,
                    rate = double.Parse(rateText, CultureInfo.InvariantCulture),
                    burst,
                    grants = ours.Count(static a => a),
                    refusals = ours.Count(static a => !a),
                    differences = differences.Length,
                    lines_per_second = oursRate,
                    lines_per_second_exact = exactRate,
                },
                s_json));
        }

        return differences.Length == 0 ? 0 : 1;
    }

    private static bool[] Decide(AccessLog log, ExactRate rate, int burst, out long shortfall)
    {
        try
        {
            return ReplayPass.Ours(log, rate, burst, out shortfall);
        }
        catch (ArgumentOutOfRangeException exception)
        {
            throw new UsageException(exception.Message);
        }
    }

    private static void Describe(string file, AccessLog log)
    {
        DateTime first = new(log.Requests[0].Ticks);
        DateTime last = new(log.Requests[^1].Ticks);
        Terminal.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{Path.GetFileName(file)}: {log.Lines:N0} lines, {log.Requests.Count:N0} requests by {log.Clients.Count:N0} clients, {first:yyyy-MM-dd HH:mm:ss} to {last:yyyy-MM-dd HH:mm:ss} UTC."));
        if (log.Malformed > 0)
        {
            Terminal.WriteLine(Terminal.Doubtful($"{log.Malformed:N0} lines are not in the combined log format and were left out:"));
            foreach (string line in log.NamedMalformed)
            {
                Terminal.WriteLine("  " + line);
            }

            if (log.Malformed > log.NamedMalformed.Count)
            {
                Terminal.WriteLine($"  and {log.Malformed - log.NamedMalformed.Count:N0} more");
            }
        }
    }

    private static void ShowRefused(AccessLog log, bool[] ours)
    {
        var refused = log.Requests.Zip(ours)
            .Where(static p => !p.Second)
            .GroupBy(static p => p.First.Client)
            .Select(g => (Client: log.Clients[g.Key], Count: g.Count()))
            .OrderByDescending(static g => g.Count)
            .ToList();
        if (refused.Count > 0)
        {
            Terminal.WriteLine($"Clients refused: {refused.Count:N0}; most: {string.Join(", ", refused.Take(5).Select(static r => $"{r.Client} {r.Count:N0}"))}.");
        }
    }

    private static void ShowDifferences(AccessLog log, bool[] ours, int[] differences, long shortfall)
    {
        if (differences.Length == 0)
        {
            Terminal.WriteLine(Terminal.Good("Decisions that differ: none."));
            return;
        }

        Terminal.WriteLine(Terminal.Bad($"Decisions that differ: {differences.Length:N0}."));
        foreach (int i in differences.Take(MaxShown))
        {
            Request request = log.Requests[i];
            Terminal.WriteLine($"  Line {request.Line}, {log.Clients[request.Client]}, {new DateTime(request.Ticks):yyyy-MM-dd HH:mm:ss}: KeyedLimiter {(ours[i] ? "grants" : "refuses")}, exactly it {(ours[i] ? "refuses" : "grants")}");
        }

        if (shortfall > 0)
        {
            Terminal.WriteLine($"  With this burst a key may be short of up to {shortfall:N0} permits right after idling (DeclaredShortfall); it never has more than the bound.");
        }
    }

    private static string Line(string name, bool[] answers, double rate) => string.Create(
        CultureInfo.InvariantCulture,
        $"{name,-16}{answers.Count(static a => a),12:N0}{answers.Count(static a => !a),12:N0}{Quantity.Rate(rate),12}");
}
