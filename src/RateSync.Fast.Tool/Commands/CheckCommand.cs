using System.CommandLine;
using RateSync.Fast.Tool.Files;
using RateSync.Fast.Tool.Output;
using Spectre.Console;

namespace RateSync.Fast.Tool.Commands;

/// <summary><c>ratesync check</c>: is a configuration right, and what will it do.</summary>
internal static class CheckCommand
{
    public static Command Create(Screen screen)
    {
        Argument<string?> file = CommonOptions.FileArgument();
        Option<bool> strict = new("--strict") { Description = "Answer no also if any limiter may ever grant more than its limit." };
        Option<bool> show = new("--show") { Description = "Print the configuration with variables replaced, without secrets." };
        Option<bool> json = CommonOptions.Json();
        Command command = new("check", "Says everything that is wrong with a configuration, or else what each limiter will do.")
        {
            file, strict, show, json,
        };
        command.SetAction(parsed =>
        {
            string path = ConfigurationLocation.Find(parsed.GetValue(file), screen);
            return Run(screen, path, parsed.GetValue(strict), parsed.GetValue(show), parsed.GetValue(json));
        });
        return command;
    }

    private static int Run(Screen screen, string path, bool strict, bool show, bool json)
    {
        RateSyncConfiguration? configuration = null;
        IReadOnlyList<ConfigurationProblem> problems = [];
        try
        {
            configuration = RateSyncConfiguration.ParseFile(path, screen.Environment);
        }
        catch (ConfigurationException exception)
        {
            problems = exception.Problems;
        }

        List<CheckedLimiter> limiters = configuration is null
            ? []
            : [.. configuration.Limiters.Select(limiter => CheckedLimiter.Of(configuration, limiter.Key, limiter.Value))];
        List<CheckedLimiter> loose = strict ? [.. limiters.Where(static limiter => !limiter.Excess.IsStrict)] : [];
        if (json)
        {
            WriteJson(screen, path, configuration, problems, limiters, loose);
        }
        else if (configuration is null)
        {
            foreach (ConfigurationProblem problem in problems)
            {
                screen.Line(Problems.ToLine(problem));
            }

            screen.Line(screen.Bad($"{path}: {Words.Count(problems.Count, "problem")}"));
        }
        else if (show)
        {
            screen.Line(string.Join('\n', EffectiveConfiguration.ToToml(configuration)).TrimEnd('\n'));
            foreach (CheckedLimiter limiter in loose)
            {
                screen.ErrorLine(NotStrict(limiter));
            }
        }
        else
        {
            Describe(screen, path, configuration, limiters, loose);
        }

        return configuration is null || loose.Count > 0 ? ExitCode.No : ExitCode.Ok;
    }

    private static void Describe(
        Screen screen, string path, RateSyncConfiguration configuration, List<CheckedLimiter> limiters, List<CheckedLimiter> loose)
    {
        Table table = new Table().NoBorder().HideHeaders().AddColumns("id", "what");
        table.Columns[0].PadLeft(0).PadRight(2).NoWrap();
        table.Columns[1].PadLeft(0).PadRight(0);
        foreach (CheckedLimiter limiter in limiters)
        {
            table.AddRow(Markup.Escape(limiter.Id), Markup.Escape(limiter.Description));
        }

        if (limiters.Count > 0)
        {
            screen.Show(table);
            screen.Line();
        }

        foreach (ConfigurationProblem note in configuration.Notes)
        {
            screen.Line(screen.Dim("note: " + Problems.ToLine(note)));
        }

        foreach (CheckedLimiter limiter in loose)
        {
            screen.Line(screen.Bad(NotStrict(limiter)));
        }

        string summary = $"{path}: {Words.Count(configuration.Stores.Count, "store")}, {Words.Count(limiters.Count, "limiter")}, ";
        screen.Line(loose.Count > 0
            ? screen.Bad(summary + $"{loose.Count} not strict")
            : screen.Good(summary + "no problems"));
    }

    private static string NotStrict(CheckedLimiter limiter) => $"not strict: {limiter.Id}: declared excess {limiter.Excess}";

    private static void WriteJson(
        Screen screen,
        string path,
        RateSyncConfiguration? configuration,
        IReadOnlyList<ConfigurationProblem> problems,
        List<CheckedLimiter> limiters,
        List<CheckedLimiter> loose) => Json.Write(screen, new
        {
            file = path,
            valid = configuration is not null,
            problems = problems.Select(Problems.ToJson),
            notes = configuration?.Notes.Select(Problems.ToJson) ?? [],
            stores = configuration?.Stores.Select(
                static store => new { id = store.Key, options = EffectiveConfiguration.Of(store.Value) }) ?? [],
            limiters = limiters.Select(static limiter => new
            {
                id = limiter.Id,
                description = limiter.Description,

                // Null: nothing bounds it.
                declared_excess = limiter.Excess.Finite,
                strict = limiter.Excess.IsStrict,
                reason = limiter.Excess.Reason,
                options = limiter.Options,
            }),
            not_strict = loose.Select(static limiter => limiter.Id),
        });

    private sealed record CheckedLimiter(string Id, string Description, DeclaredExcess Excess, Dictionary<string, object> Options)
    {
        public static CheckedLimiter Of(RateSyncConfiguration configuration, string id, LimiterOptions options) =>
            new(id, configuration.Describe(id), DeclaredExcess.Of(configuration, id), EffectiveConfiguration.Of(options));
    }
}
