using RateSync.Fast.Tool.Output;

namespace RateSync.Fast.Tool.Files;

/// <summary>Where the configuration is: as the library finds it, but for the folder of the program, which here is the tool's own.</summary>
internal static class ConfigurationLocation
{
    private const string Variable = "RATE_SYNC_CONFIG";
    private const string Name = "rate-sync.toml";

    private static readonly string[] s_places = [Name, Path.Combine("config", Name)];

    /// <exception cref="ToolException">There is none.</exception>
    public static string Find(string? given, Screen screen)
    {
        if (given is not null)
        {
            return Existing(given, "There is no file");
        }

        if (screen.Environment(Variable) is { } named && !string.IsNullOrWhiteSpace(named))
        {
            return Existing(named, $"{Variable} names a file that there is not:");
        }

        return s_places.FirstOrDefault(File.Exists) ?? throw new ToolException(
            $"There is no {string.Join(" and no ", s_places)} in {Directory.GetCurrentDirectory()}, "
            + $"and {Variable} names no file. Name one.");
    }

    private static string Existing(string path, string complaint) => File.Exists(path) ? path
        : Directory.Exists(path) ? throw new ToolException($"{path} is a directory; a configuration is a file.")
        : throw new ToolException($"{complaint} {path}");
}
