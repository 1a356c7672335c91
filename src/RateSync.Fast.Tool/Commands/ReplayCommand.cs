using System.CommandLine;
using System.Globalization;
using RateSync.Fast.Tool.Files;
using RateSync.Fast.Tool.Logs;
using RateSync.Fast.Tool.Output;
using RateSync.Fast.Tool.Replaying;
using Spectre.Console;
using Progress = RateSync.Fast.Tool.Output.Progress;

namespace RateSync.Fast.Tool.Commands;

/// <summary><c>ratesync replay</c>: what a configuration would have done to the traffic in an access log.</summary>
internal static class ReplayCommand
{
    public static Command Create(Screen screen)
    {
        Argument<string> log = new("LOG")
        {
            Description = "An access log in the combined or the common format of Apache and nginx, compressed by gzip or not; "
                + "- for the standard input.",
        };
        Option<string?> file = CommonOptions.File();
        Option<string[]> limiters = new("--limiter", "-l")
        {
            Description = "A limiter; may be given several times. Without it, all.",
            HelpName = "ID",
        };
        Option<string> by = ByOption();
        Option<int> top = CommonOptions.Number(
            "--top", null, "How many clients are named for each limiter, those with the most refusals first.", 20, 0, 1_000_000);
        Option<bool> wait = CommonOptions.Wait();
        Option<bool> json = CommonOptions.Json();
        Command command = new("replay", "Shows what a configuration would have done to the traffic in an access log, client by client.")
        {
            log, file, limiters, by, top, wait, json,
        };
        command.SetAction((parsed, cancellationToken) =>
        {
            string path = ConfigurationLocation.Find(parsed.GetValue(file), screen);
            RateSyncConfiguration configuration = RateSyncConfiguration.ParseFile(path, screen.Environment);
            string[] ids = parsed.GetValue(limiters) is { Length: > 0 } named ? named : [.. configuration.Limiters.Keys];
            foreach (string id in ids)
            {
                // It says which one may be meant if there is none of that name.
                _ = configuration.Describe(id);
            }

            LineKey key = LineKey.Parse(parsed.GetValue(by)!, out _)!;
            Replay replay = new(configuration, key, parsed.GetValue(wait));
            string source = parsed.GetValue(log)!;
            using TextReader text = AccessLogReader.Open(source);
            using (Progress progress = new(screen))
            {
                replay.Run([.. ids.Distinct(StringComparer.Ordinal)], text, progress, cancellationToken);
            }

            int shown = parsed.GetValue(top);
            if (parsed.GetValue(json))
            {
                WriteJson(screen, configuration, source, key, replay, shown);
            }
            else
            {
                Describe(screen, configuration, source, key, replay, shown);
            }

            return Task.FromResult(replay.Requests > 0 ? ExitCode.Ok : ExitCode.No);
        });
        return command;
    }

    private static Option<string> ByOption()
    {
        Option<string> by = new("--by")
        {
            Description = "Who is counted for himself: ip, user, path, all (nobody: one count for all), or regex:PATTERN on the whole "
                + "line (its group named key, else its first group, else all that matches).",
            HelpName = "KEY",
            DefaultValueFactory = static _ => "ip",
        };
        by.Validators.Add(static result =>
        {
            if (LineKey.Parse(result.GetValueOrDefault<string>() ?? "", out string error) is null)
            {
                result.AddError(error);
            }
        });
        return by;
    }

    private static void Describe(Screen screen, RateSyncConfiguration configuration, string source, LineKey key, Replay replay, int top)
    {
        AccessLogReader log = replay.Log;
        screen.Line(replay.Requests == 0
            ? $"{source}: {Words.Count(log.Lines, "line")}, no request"
            : $"{source}: {Words.Count(log.Lines, "line")}, {Words.Count(replay.Requests, "request")}, "
                + Words.Text($"{replay.First:yyyy-MM-dd HH:mm:ss} to {replay.Last:yyyy-MM-dd HH:mm:ss} UTC"));
        if (log.Malformed > 0)
        {
            string which = Words.Count(log.Malformed, "line is", "lines are");
            screen.Line(screen.Doubtful($"{which} not in the combined or the common log format:"));
            foreach (string line in log.FirstMalformed)
            {
                screen.Line("  " + line);
            }

            if (log.Malformed > log.FirstMalformed.Count)
            {
                screen.Line(Words.Text($"  and {log.Malformed - log.FirstMalformed.Count:N0} more"));
            }
        }

        if (log.Keyless > 0)
        {
            screen.Line(screen.Doubtful($"{Words.Count(log.Keyless, "line has", "lines have")} no key by {key.Name}"));
        }

        if (log.Late > 0)
        {
            screen.Line(screen.Doubtful(
                $"{Words.Count(log.Late, "line is", "lines are")} out of order by more than "
                + $"{Words.Time(AccessLogReader.Horizon)}: counted where found"));
        }

        foreach (ReplayedLimiter limiter in replay.Limiters)
        {
            screen.Line();
            Describe(screen, configuration, limiter, key, top);
        }

        foreach ((string id, string reason) in replay.Left)
        {
            screen.Line();
            screen.Line(screen.Doubtful($"{id}: not replayed: {reason}"));
        }
    }

    private static void Describe(Screen screen, RateSyncConfiguration configuration, ReplayedLimiter limiter, LineKey key, int top)
    {
        screen.Line(screen.Bold(limiter.Id) + ": " + configuration.Describe(limiter.Id));
        Tally all = limiter.All;
        screen.Line(screen.Good(Words.Text($"{all.Grants:N0} granted")) + ", " + screen.Bad(Words.Text($"{all.Refusals:N0} refused"))
            + Words.Text($" ({(all.Requests == 0 ? 0 : 100.0 * all.Refusals / all.Requests):0.##} %)"));
        if (limiter.Waits.Count > 0)
        {
            screen.Line(Words.Text($"{limiter.Waits.Count:N0} waited: {limiter.Waits}"));
        }

        screen.Line();
        TimelineChart.Draw(screen, [.. limiter.Timeline.Rows().Select(static row => row.Row)]);
        if (key.IsOne || top == 0)
        {
            return;
        }

        List<KeyValuePair<string, Tally>> hit =
            [.. Top(limiter, top).Where(static client => client.Value.Refusals + client.Value.Waits > 0)];
        long refused = limiter.Clients.LongCount(static client => client.Value.Refusals > 0);
        screen.Line();
        screen.Line(Words.Text($"{refused:N0} of {Words.Count(limiter.Clients.Count, "client")} refused at least once"));
        if (hit.Count > 0)
        {
            bool hasWaits = limiter.Waits.Count > 0;
            Table table = new Table().NoBorder().AddColumn(key.Name.StartsWith("regex", StringComparison.Ordinal) ? "key" : key.Name);
            string[] names = ["requests", "granted", "refused", "waited", "longest wait"];
            foreach (string name in hasWaits ? names : names[..3])
            {
                table.AddColumn(new TableColumn(name).RightAligned());
            }

            foreach ((string client, Tally tally) in hit)
            {
                string[] cells = [Printable(client), Count(tally.Requests), Count(tally.Grants), Count(tally.Refusals)];
                string[] waits = hasWaits ? [Count(tally.Waits), Words.Time(tally.LongestWait)] : [];
                table.AddRow([.. cells.Select(Markup.Escape), .. waits]);
            }

            screen.Show(table);
        }
    }

    private static IEnumerable<KeyValuePair<string, Tally>> Top(ReplayedLimiter limiter, int top) => limiter.Clients
        .OrderByDescending(static client => client.Value.Refusals)
        .ThenByDescending(static client => client.Value.Waits)
        .ThenByDescending(static client => client.Value.Requests)
        .ThenBy(static client => client.Key, StringComparer.Ordinal)
        .Take(top);

    private static string Count(long number) => number.ToString("N0", CultureInfo.InvariantCulture);

    /// <summary>A log holds what strangers have sent: nothing of it moves the cursor.</summary>
    private static string Printable(string text)
    {
        string safe = string.Concat(text.Select(static c => char.IsControl(c) ? '\uFFFD' : c));
        return safe.Length > 80 ? safe[..77] + "..." : safe;
    }

    private static void WriteJson(Screen screen, RateSyncConfiguration configuration, string source, LineKey key, Replay replay, int top) =>
        Json.Write(screen, new
        {
            log = source,
            lines = replay.Log.Lines,
            requests = replay.Requests,
            malformed = replay.Log.Malformed,
            first_malformed = replay.Log.FirstMalformed,
            without_key = replay.Log.Keyless,
            late = replay.Log.Late,
            first = replay.Requests == 0 ? (DateTime?)null : replay.First,
            last = replay.Requests == 0 ? (DateTime?)null : replay.Last,
            by = key.Name,
            limiters = replay.Limiters.Select(limiter => new
            {
                id = limiter.Id,
                description = configuration.Describe(limiter.Id),
                grants = limiter.All.Grants,
                refusals = limiter.All.Refusals,
                waits_ms = limiter.Waits.ToJson(),
                clients = limiter.Clients.Count,
                clients_refused = limiter.Clients.LongCount(static client => client.Value.Refusals > 0),
                top = Top(limiter, top).Select(static client => new
                {
                    key = client.Key,
                    requests = client.Value.Requests,
                    grants = client.Value.Grants,
                    refusals = client.Value.Refusals,
                    waits = client.Value.Waits,
                    longest_wait_ms = client.Value.LongestWait.TotalMilliseconds,
                }),
                timeline_seconds = limiter.Timeline.Length.TotalSeconds,
                timeline = limiter.Timeline.Rows().Select(static row => new
                {
                    from = row.From,
                    granted = row.Row.Granted,
                    waited = row.Row.Waited,
                    refused = row.Row.Refused,
                }),
            }),
            left_out = replay.Left.Select(static left => new { id = left.Key, reason = left.Value }),
        });
}
