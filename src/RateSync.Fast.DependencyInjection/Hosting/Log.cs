using Microsoft.Extensions.Logging;

namespace RateSync.Fast.DependencyInjection.Hosting;

/// <summary>What is logged, each with an id that stays the same.</summary>
internal static partial class Log
{
    private static readonly EventId s_problem = new(3, "Problem");
    private static readonly EventId s_note = new(4, "Note");

    [LoggerMessage(1, LogLevel.Information, "Rate limits of {Source} are in force; changed: {Changed}; new: {Added}")]
    public static partial void Applied(ILogger logger, string source, string changed, string added);

    [LoggerMessage(7, LogLevel.Warning, "Rate limits of {Source} are in force; gone: {Removed}. Whoever asks for them by name gets an exception")]
    public static partial void Removed(ILogger logger, string source, string removed);

    [LoggerMessage(2, LogLevel.Error, "Rate limits of {Source} were not changed: {Count} problem(s)")]
    public static partial void Rejected(ILogger logger, string source, int count);

    [LoggerMessage(8, LogLevel.Error, "Rate limits of {Source} do not hold: {Count} problem(s)")]
    public static partial void Failed(ILogger logger, string source, int count);

    [LoggerMessage(5, LogLevel.Information, "{Count} limiter(s) ready")]
    public static partial void Ready(ILogger logger, int count);

    [LoggerMessage(6, LogLevel.Error, "A handler of LimiterRegistry.Reloaded has failed")]
    public static partial void HandlerFailed(ILogger logger, Exception exception);

    /// <summary>A change that does not hold; all is as it was.</summary>
    public static void Rejected(ILogger logger, string source, IReadOnlyList<ConfigurationProblem> problems)
    {
        Rejected(logger, source, problems.Count);
        Write(logger, source, problems);
    }

    /// <summary>A start that fails.</summary>
    public static void Failed(ILogger logger, string source, IReadOnlyList<ConfigurationProblem> problems)
    {
        Failed(logger, source, problems.Count);
        Write(logger, source, problems);
    }

    private static void Write(ILogger logger, string source, IReadOnlyList<ConfigurationProblem> problems)
    {
        foreach (ConfigurationProblem problem in problems)
        {
            Write(logger, LogLevel.Error, s_problem, problem with { File = problem.File ?? source });
        }
    }

    public static void Note(ILogger logger, ConfigurationProblem note) => Write(logger, LogLevel.Warning, s_note, note);

    /// <param name="logger">Where to.</param>
    /// <param name="source">What was applied.</param>
    /// <param name="changed">All that was changed, added or removed.</param>
    /// <param name="added">Of those, what was not there before.</param>
    /// <param name="removed">Of those, what is not there any more.</param>
    public static void Applied(
        ILogger logger, string source, IReadOnlyList<string> changed, IReadOnlyCollection<string> added, IReadOnlyCollection<string> removed)
    {
        if (logger.IsEnabled(LogLevel.Information))
        {
            Applied(logger, source, Names(changed.Except(added, StringComparer.Ordinal).Except(removed, StringComparer.Ordinal)), Names(added));
        }

        if (removed.Count > 0 && logger.IsEnabled(LogLevel.Warning))
        {
            Removed(logger, source, Names(removed));
        }
    }

    private static string Names(IEnumerable<string> names) =>
        string.Join(", ", names.Order(StringComparer.Ordinal)) is { Length: > 0 } all ? all : "none";

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
