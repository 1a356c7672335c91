using System.CommandLine;
using System.Text.Json;
using RateSync.Fast.Tool.Files;
using RateSync.Fast.Tool.Output;
using RateSync.Fast.Tool.Trying;

namespace RateSync.Fast.Tool.Commands;

/// <summary><c>ratesync try</c>: fire at a limiter and see what it does.</summary>
internal static class TryCommand
{
    private const double MaxRate = 1_000_000;

    public static Command Create(Screen screen)
    {
        Argument<string> id = new("ID") { Description = "The limiter." };
        Option<int> calls = CommonOptions.Number("--calls", "-n", "How many calls.", 100, 1, 10_000_000);
        Option<int> callers = CommonOptions.Number("--callers", "-c", "How many callers at the same time.", 8, 1, 10_000);
        Option<string?> file = CommonOptions.File();
        Option<double?> rate = RateOption();
        Option<bool> wait = CommonOptions.Wait();
        Option<int> hold = CommonOptions.Number("--hold", null, "Milliseconds that a caller keeps what it was granted.", 0, 0, 3_600_000);
        Option<bool> json = CommonOptions.Json();
        Command command = new("try", "Fires at a limiter and shows what it does, and whether it keeps its bound.")
        {
            id, calls, callers, file, rate, wait, hold, json,
        };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            string path = ConfigurationLocation.Find(parsed.GetValue(file), screen);
            LimiterRegistry registry = new(new LimiterRegistryOptions
            {
                ConfigurationPath = path,
                WatchInterval = Timeout.InfiniteTimeSpan,
                Environment = screen.Environment,
            });
            await using (registry.ConfigureAwait(false))
            {
                Limiter limiter = registry.GetLimiter(parsed.GetValue(id)!);
                await registry.InitializeAsync(limiter.Id, cancellationToken).ConfigureAwait(false);
                Shot[] shots = new Shot[parsed.GetValue(calls)];
                Firing firing = new(limiter, shots)
                {
                    Rate = parsed.GetValue(rate),
                    Waits = parsed.GetValue(wait),
                    Hold = TimeSpan.FromMilliseconds(parsed.GetValue(hold)),
                };
                using (Progress progress = new(screen))
                {
                    await firing.RunAsync(parsed.GetValue(callers), progress, cancellationToken).ConfigureAwait(false);
                }

                Volley volley = new(registry.GetConfig(limiter.Id), shots, firing.Waits);
                if (parsed.GetValue(json))
                {
                    WriteJson(screen, registry, limiter.Id, shots.Length, volley);
                }
                else
                {
                    string words = RateSyncConfiguration.ParseFile(path, screen.Environment).Describe(limiter.Id);
                    Describe(screen, registry.GetConfig(limiter.Id), $"{limiter.Id}: {words}", shots.Length, volley);
                }

                return volley.IsWithinBounds || registry.GetConfig(limiter.Id).Shadow ? ExitCode.Ok : ExitCode.No;
            }
        });
        return command;
    }

    private static Option<double?> RateOption()
    {
        Option<double?> rate = new("--rate", "-r")
        {
            Description = "Calls a second that are offered, by all callers together. Without it, as many as there can be.",
            HelpName = "R",
        };
        rate.Validators.Add(result =>
        {
            if (result.Errors.Any() || result.GetValueOrDefault<double?>() is not { } value || value is > 0 and <= MaxRate)
            {
                return;
            }

            result.AddError(Words.Text($"--rate must be more than 0 and at most {MaxRate}, not {value}."));
        });
        return rate;
    }

    private static void Describe(Screen screen, LimiterOptions options, string words, int calls, Volley volley)
    {
        screen.Line(words);
        screen.Line();
        if (volley.Shots.Count < calls)
        {
            screen.Line(screen.Doubtful(Words.Text($"stopped after {volley.Shots.Count:N0} of {calls:N0} calls")));
        }

        string reasons = string.Join(", ", volley.Reasons.Select(static reason => Words.Text($"{reason.Count:N0} {Name(reason.Reason)}")));
        screen.Line(Words.Text($"{volley.Shots.Count:N0} calls in {Words.Time(volley.Elapsed)}: ")
            + screen.Good(Words.Text($"{volley.Grants:N0} granted")) + ", "
            + screen.Bad(Words.Text($"{volley.Refusals.Count:N0} refused")) + (reasons.Length == 0 ? "" : $" ({reasons})"));
        screen.Line("admitted  " + Admitted(volley) + Nominal(options, volley.Elapsed));
        screen.Line((volley.Waited ? "waits     " : "answers   ") + Spread(volley.Waited ? volley.Waits : Both(volley)));
        screen.Line();
        TimelineChart.Draw(screen, volley.Timeline());
        screen.Line();
        foreach (Bound bound in volley.Bounds)
        {
            screen.Line(bound.Broken is null
                ? screen.Good($"bound kept: {bound.Promise}")
                : (options.Shadow ? screen.Doubtful($"in shadow, and not within: {bound.Promise}. {bound.Broken}")
                    : screen.Bad($"BOUND BROKEN: {bound.Promise}. {bound.Broken}")));
        }

        if (volley.Bounds.Count == 0)
        {
            screen.Line("It has no bound of its own: its parts have theirs.");
        }
    }

    private static Percentiles Both(Volley volley)
    {
        Percentiles all = new();
        foreach (Shot shot in volley.Shots)
        {
            all.Add(shot.Took);
        }

        return all;
    }

    private static string Spread(Percentiles times) =>
        times.Count == 0 ? "none" : times.ToString();

    private static string Admitted(Volley volley) => volley.Elapsed == TimeSpan.Zero
        ? "nothing"
        : $"{Words.Number(volley.Grants / volley.Elapsed.TotalSeconds)} a second";

    private static string Nominal(LimiterOptions options, TimeSpan elapsed) => options switch
    {
        { RatePerSecond: { } rate } =>
            $"; nominal {Words.Number(rate)} a second and {Words.Number(Bound.BurstOf(options))} at once, "
            + $"in that time {Words.Number(Math.Floor(Bound.BurstOf(options) + (rate * elapsed.TotalSeconds)))} at most",
        { Limit: { } limit, Window: { } window } => $"; nominal {Words.Number(limit)} in {Words.Time(window)}",
        _ => "",
    };

    private static string Name(RefusalReason reason) => JsonNamingPolicy.SnakeCaseLower.ConvertName(reason.ToString()).Replace('_', ' ');

    private static void WriteJson(Screen screen, LimiterRegistry registry, string id, int calls, Volley volley)
    {
        LimiterOptions options = registry.GetConfig(id);
        Json.Write(screen, new
        {
            limiter = id,
            options = EffectiveConfiguration.Of(options),
            calls,
            fired = volley.Shots.Count,
            grants = volley.Grants,
            refusals = volley.Refusals.Count,
            reasons = volley.Reasons.ToDictionary(
                static reason => JsonNamingPolicy.SnakeCaseLower.ConvertName(reason.Reason.ToString()),
                static reason => reason.Count,
                StringComparer.Ordinal),
            elapsed_ms = volley.Elapsed.TotalMilliseconds,
            admitted_per_second = volley.Elapsed == TimeSpan.Zero ? 0 : volley.Grants / volley.Elapsed.TotalSeconds,
            nominal_per_second = options.RatePerSecond
                ?? (options is { Limit: { } limit, Window: { } window } ? limit / window.TotalSeconds : null),
            granted_ms = volley.Waits.ToJson(),
            refused_ms = volley.Refusals.ToJson(),
            within_bounds = volley.IsWithinBounds,
            bounds = volley.Bounds.Select(static bound => new
            {
                promise = bound.Promise,
                kept = bound.Broken is null,
                broken = bound.Broken,
            }),
            timeline = volley.Timeline().Select(static row => new
            {
                from = row.Label,
                granted = row.Granted,
                waited = row.Waited,
                refused = row.Refused,
            }),
        });
    }
}
