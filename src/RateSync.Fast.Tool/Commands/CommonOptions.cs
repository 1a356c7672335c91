using System.CommandLine;

namespace RateSync.Fast.Tool.Commands;

/// <summary>Arguments and options that several commands have.</summary>
internal static class CommonOptions
{
    private const string Found =
        "Without it, as the library finds it: the file that RATE_SYNC_CONFIG names, else rate-sync.toml or config/rate-sync.toml here.";

    public static Option<bool> Json() => new("--json") { Description = "Answer in JSON." };

    public static Option<bool> Wait() => new("--wait", "-w")
    {
        Description = "Callers wait, for as long as the configuration says, instead of being refused.",
    };

    public static Option<string?> File() => new("--file", "-f") { Description = "The configuration. " + Found, HelpName = "FILE" };

    public static Argument<string?> FileArgument() =>
        new("FILE") { Description = "The configuration. " + Found, Arity = ArgumentArity.ZeroOrOne };

    /// <summary>A whole number in a range.</summary>
    public static Option<int> Number(string name, string? alias, string description, int byDefault, int min, int max)
    {
        Option<int> option = new(name, alias is null ? [] : [alias])
        {
            Description = description,
            DefaultValueFactory = _ => byDefault,
            HelpName = "N",
        };
        option.Validators.Add(result =>
        {
            if (result.Tokens.Count == 1
                && int.TryParse(result.Tokens[0].Value, System.Globalization.CultureInfo.InvariantCulture, out int value)
                && (value < min || value > max))
            {
                result.AddError(Output.Words.Text($"{name} must be from {min} to {max}, not {value}."));
            }
        });
        return option;
    }
}
