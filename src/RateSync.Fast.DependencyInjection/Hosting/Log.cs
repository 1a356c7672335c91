using Microsoft.Extensions.Logging;

namespace RateSync.Fast.DependencyInjection.Hosting;

/// <summary>What is logged, each with an id that stays the same.</summary>
internal static partial class Log
{
    private static readonly EventId s_problem = new(3, "Problem");
    private static readonly EventId s_note = new(4, "Note");

    [LoggerMessage(1, LogLevel.Information, "Rate limits of {Source} are in force; changed: {Changed}")]
    public static partial void Applied(ILogger logger, string source, string changed);

    [LoggerMessage(2, LogLevel.Error, "Rate limits of {Source} were not changed: {Count} problem(s)")]
    public static partial void Rejected(ILogger logger, string source, int count);

    [LoggerMessage(5, LogLevel.Information, "{Count} limiter(s) ready")]
    public static partial void Ready(ILogger logger, int count);

    [LoggerMessage(6, LogLevel.Error, "A handler of LimiterRegistry.Reloaded has failed")]
    public static partial void HandlerFailed(ILogger logger, Exception exception);

    public static void Rejected(ILogger logger, string source, IReadOnlyList<ConfigurationProblem> problems)
    {
        Rejected(logger, source, problems.Count);
        foreach (ConfigurationProblem problem in problems)
        {
            Write(logger, LogLevel.Error, s_problem, problem with { File = problem.File ?? source });
        }
    }

    public static void Note(ILogger logger, ConfigurationProblem note) => Write(logger, LogLevel.Warning, s_note, note);

    public static void Applied(ILogger logger, string source, IReadOnlyList<string> changed) =>
        Applied(logger, source, changed.Count == 0 ? "nothing" : string.Join(", ", changed.Order(StringComparer.Ordinal)));

    /// <summary>The text says everything; the parts of it are for those who filter by them.</summary>
    private static void Write(ILogger logger, LogLevel level, EventId id, ConfigurationProblem problem)
    {
        if (logger.IsEnabled(level))
        {
            KeyValuePair<string, object?>[] state =
            [
                new("Problem", problem.ToString()),
                new("File", problem.File),
                new("Line", problem.Line),
                new("Column", problem.Column),
                new("Key", problem.Key),
                new("Expected", problem.Expected),
                new("Found", problem.Found),
                new("{OriginalFormat}", "{Problem}"),
            ];
            logger.Log(level, id, state, null, static (state, _) => (string)state[0].Value!);
        }
    }
}
