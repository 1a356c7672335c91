using Microsoft.Extensions.Logging;

namespace RateSync.Fast.DependencyInjection.Hosting;

/// <summary>What is logged, each with an id that stays the same.</summary>
internal static partial class Log
{
    [LoggerMessage(1, LogLevel.Information, "Rate limits of {Source} are in force; changed: {Changed}")]
    public static partial void Applied(ILogger logger, string source, string changed);

    [LoggerMessage(2, LogLevel.Error, "Rate limits of {Source} were not changed: {Count} problem(s)")]
    public static partial void Rejected(ILogger logger, string source, int count);

    [LoggerMessage(3, LogLevel.Error, "{File}({Line},{Column}): {Key}: {Problem} Expected: {Expected}. Found: {Found}.")]
    public static partial void Problem(
        ILogger logger, string file, int line, int column, string key, string problem, string expected, string found);

    [LoggerMessage(4, LogLevel.Warning, "{Key} has no effect: {Note}")]
    public static partial void Note(ILogger logger, string key, string note);

    [LoggerMessage(5, LogLevel.Information, "{Count} limiter(s) ready")]
    public static partial void Ready(ILogger logger, int count);

    public static void Rejected(ILogger logger, string source, IReadOnlyList<ConfigurationProblem> problems)
    {
        Rejected(logger, source, problems.Count);
        foreach (ConfigurationProblem problem in problems)
        {
            string file = problem.File ?? source;
            Problem(logger, file, problem.Line, problem.Column, problem.Key, problem.Message, problem.Expected, problem.Found);
        }
    }

    public static void Applied(ILogger logger, string source, IReadOnlyList<string> changed) =>
        Applied(logger, source, changed.Count == 0 ? "nothing" : string.Join(", ", changed.Order(StringComparer.Ordinal)));
}
