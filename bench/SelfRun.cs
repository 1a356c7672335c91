using System.Diagnostics;

namespace RateSync.Fast.Bench;

/// <summary>This program run once more, as a process of its own.</summary>
internal static class SelfRun
{
    /// <summary>Runs it to its end; what it prints is thrown away.</summary>
    /// <param name="arguments">Its command line.</param>
    /// <param name="environment">Variables it gets on top of ours.</param>
    /// <returns>Its exit code.</returns>
    public static int Run(IEnumerable<string> arguments, IReadOnlyDictionary<string, string>? environment = null) =>
        Run(arguments, environment, out _);

    /// <summary>Runs it to its end.</summary>
    /// <param name="arguments">Its command line.</param>
    /// <returns>What it has printed.</returns>
    public static string Output(IEnumerable<string> arguments) => Run(arguments, null, out string output) == 0
        ? output
        : throw new InvalidOperationException($"This program, run with {string.Join(' ', arguments)}, has failed: {output}");

    private static int Run(IEnumerable<string> arguments, IReadOnlyDictionary<string, string>? environment, out string output)
    {
        ProcessStartInfo start = new(Environment.ProcessPath!) { RedirectStandardOutput = true, UseShellExecute = false };
        if (Path.GetFileNameWithoutExtension(Environment.ProcessPath) == "dotnet")
        {
            start.ArgumentList.Add(typeof(SelfRun).Assembly.Location);
        }

        foreach (string argument in arguments)
        {
            start.ArgumentList.Add(argument);
        }

        foreach ((string name, string value) in environment ?? new Dictionary<string, string>())
        {
            start.Environment[name] = value;
        }

        using Process process = Process.Start(start)!;
        output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return process.ExitCode;
    }
}
