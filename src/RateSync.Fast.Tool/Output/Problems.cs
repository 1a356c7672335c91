using System.Globalization;

namespace RateSync.Fast.Tool.Output;

/// <summary>Problems of a configuration as lines that editors can follow.</summary>
internal static class Problems
{
    /// <summary><c>file:line:column: key: expected ..., found ...</c>.</summary>
    public static string ToLine(ConfigurationProblem problem)
    {
        string place = problem.Line > 0 ? Place(problem.File, problem.Line, problem.Column) : problem.File is { } file ? file + ": " : "";
        return place + problem.Message;
    }

    public static string Place(string? file, int line, int column) =>
        string.Create(CultureInfo.InvariantCulture, $"{file ?? "configuration"}:{line}:{column}: ");

    public static object ToJson(ConfigurationProblem problem) => new
    {
        problem.File,
        problem.Line,
        problem.Column,
        problem.Key,
        problem.Expected,
        problem.Found,
        problem.Message,
    };
}
