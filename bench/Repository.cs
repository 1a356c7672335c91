namespace RateSync.Fast.Bench;

/// <summary>Where the files lie that this program reads and writes.</summary>
internal static class Repository
{
    private static readonly Lazy<string> s_root = new(FindRoot);

    public static string Root => s_root.Value;

    public static string GatesFile => Path.Combine(Root, "bench", "gates.json");

    public static string PerfDocs => Path.Combine(Root, "docs", "perf");

    private static string FindRoot()
    {
        foreach (string start in (string[])[Directory.GetCurrentDirectory(), AppContext.BaseDirectory])
        {
            for (DirectoryInfo? folder = new(start); folder is not null; folder = folder.Parent)
            {
                if (File.Exists(Path.Combine(folder.FullName, "bench", "bench.csproj")))
                {
                    return folder.FullName;
                }
            }
        }

        throw new UsageException("Run this from within the repository: its files are read and written there.");
    }
}
