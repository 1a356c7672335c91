using System.CommandLine;
using System.Text;
using RateSync.Fast.Configuration.Toml;
using RateSync.Fast.Tool.Files;
using RateSync.Fast.Tool.Migrating;
using RateSync.Fast.Tool.Output;

namespace RateSync.Fast.Tool.Commands;

/// <summary><c>ratesync migrate</c>: what a file of the Python rate-sync means here.</summary>
internal static class MigrateCommand
{
    public static Command Create(Screen screen)
    {
        Argument<string?> file = CommonOptions.FileArgument();
        Option<string?> write = new("--write", "-o")
        {
            Description = "Write a file that spaces grants as the Python engine did (burst = 1). "
                + "All else in it stays as it is, comments included.",
            HelpName = "OUT",
        };
        Option<bool> force = new("--force") { Description = "Replace OUT if it is there already." };
        Option<bool> json = CommonOptions.Json();
        Command command = new("migrate", "Says what a file of the Python rate-sync means here that it did not mean there.")
        {
            file, write, force, json,
        };
        command.SetAction(parsed =>
        {
            string path = ConfigurationLocation.Find(parsed.GetValue(file), screen);
            return Run(screen, path, parsed.GetValue(write), parsed.GetValue(force), parsed.GetValue(json));
        });
        return command;
    }

    private static int Run(Screen screen, string path, string? output, bool force, bool json)
    {
        if (output is not null && !force && File.Exists(output))
        {
            throw new ToolException($"{output} is there already; --force replaces it.");
        }

        RateSyncConfiguration configuration = RateSyncConfiguration.ParseFile(path, screen.Environment);
        byte[] bytes = File.ReadAllBytes(path);
        TomlTable document = TomlParser.Parse(bytes);
        IReadOnlyList<Difference> differences = PythonMeaning.Compare(configuration, document);
        if (output is not null)
        {
            Write(output, Edited(screen, configuration, document, bytes));
        }

        if (json)
        {
            Json.Write(screen, new
            {
                file = path,
                limiters = configuration.Limiters.Count,
                differences = differences.Select(static difference => new
                {
                    line = difference.Position.Line,
                    column = difference.Position.Column,
                    key = difference.Limiter,
                    topic = difference.Topic,
                    message = difference.Text,
                    edited = difference.IsEdited,
                }),
                written = output,
            });
            return ExitCode.Ok;
        }

        foreach (Difference difference in differences)
        {
            string place = Problems.Place(path, difference.Position.Line, difference.Position.Column);
            screen.Line($"{place}{screen.Bold(difference.Limiter)}: {difference.Text}.");
        }

        int edits = differences.Count(static difference => difference.IsEdited);
        screen.Line(differences.Count == 0
            ? screen.Good($"{path}: means the same here")
            : $"{path}: {Words.Count(differences.Count, "difference")} in {Words.Count(configuration.Limiters.Count, "limiter")}");
        screen.Line(output is not null ? $"written: {output}, with burst = 1 for {Words.Count(edits, "limiter")}"
            : edits > 0 ? "--write OUT writes a file with burst = 1 where grants were spaced evenly" : "nothing needs to be edited");
        return ExitCode.Ok;
    }

    /// <summary>The document with its bursts; read again to be sure that it says that, and nothing else has changed.</summary>
    private static string Edited(Screen screen, RateSyncConfiguration configuration, TomlTable document, byte[] bytes)
    {
        string text = Encoding.UTF8.GetString(bytes.AsSpan().StartsWith("\uFEFF"u8) ? bytes.AsSpan(3) : bytes);
        string edited = BurstEditor.Edit(text, PythonMeaning.Pairs(configuration.Limiters, document, "limiters")
            .Where(static limiter => PythonMeaning.NeedsBurst(limiter.Options))
            .Select(static limiter => limiter.Table.Entries.First(
                static entry => string.Equals(entry.Key, "rate_per_second", StringComparison.Ordinal))));
        RateSyncConfiguration? again = null;
        try
        {
            again = RateSyncConfiguration.Parse(edited, environment: screen.Environment);
        }
        catch (ConfigurationException)
        {
            // It is said below.
        }

        bool holds = again is not null && again.Limiters.Count == configuration.Limiters.Count && configuration.Limiters.All(limiter =>
            again.Limiters.TryGetValue(limiter.Key, out LimiterOptions? options)
            && options.Equals(PythonMeaning.NeedsBurst(limiter.Value) ? limiter.Value with { Burst = 1 } : limiter.Value));
        return holds ? edited : throw new ToolException(
            "The file is written in a way that cannot be edited here; add burst = 1 by hand where it says so. Nothing was written.");
    }

    /// <summary>Whole or not at all: whoever watches the file never sees half of it.</summary>
    private static void Write(string output, string text)
    {
        string temporary = output + ".new";
        File.WriteAllText(temporary, text);
        File.Move(temporary, output, overwrite: true);
    }
}
