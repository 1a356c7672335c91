using System.Diagnostics;

namespace RateSync.Fast.Tests.Tool;

/// <summary>Runs programs as people do.</summary>
internal static class Tool
{
    /// <summary>The tool as it was built, beside this program.</summary>
    public static string Library => Path.Combine(AppContext.BaseDirectory, "ratesync.dll");

    /// <summary>The repository that this program was built from.</summary>
    public static string Repository
    {
        get
        {
            string folder = AppContext.BaseDirectory;
            while (!File.Exists(Path.Combine(folder, "RateSync.Fast.slnx")))
            {
                folder = Path.GetDirectoryName(folder) ?? throw new InvalidOperationException("Run this where it was built.");
            }

            return folder;
        }
    }

    public static Task<Answer> RunAsync(string folder, Dictionary<string, string?> variables, params string[] arguments) =>
        StartAsync("dotnet", folder, variables, [Library, .. arguments]);

    public static async Task<Answer> StartAsync(string program, string folder, Dictionary<string, string?> variables, params string[] arguments)
    {
        ProcessStartInfo start = new(program, arguments)
        {
            WorkingDirectory = folder,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            RedirectStandardInput = true,
        };
        start.Environment.Remove("RATE_SYNC_CONFIG");
        foreach ((string name, string? value) in variables)
        {
            start.Environment[name] = value;
        }

        using Process process = Process.Start(start)!;
        process.StandardInput.Close();
        Task<string> output = process.StandardOutput.ReadToEndAsync();
        Task<string> error = process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        return new Answer(process.ExitCode, (await output).ReplaceLineEndings("\n"), (await error).ReplaceLineEndings("\n"));
    }
}
