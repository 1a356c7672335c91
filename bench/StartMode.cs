using System.Diagnostics;
using System.Globalization;
using RateSync.Fast.Bench.Output;

namespace RateSync.Fast.Bench;

/// <summary>A process that does nothing but use a limiter by name for the first time, and says how long that took. For <see cref="Rows.NamedRows"/>.</summary>
internal static class StartMode
{
    public const string Name = "first-use";

    private const string Toml =
        """
        [stores.local]
        engine = "memory"

        [limiters.api]
        store = "local"
        rate_per_second = 100.0
        timeout = 30.0

        [limiters.login]
        store = "local"
        algorithm = "sliding_window"
        limit = 5
        window_seconds = 300

        [limiters.production_api]
        store = "local"
        rate_per_second = 100.0
        max_concurrent = 50
        """;

    public static int Run()
    {
        string directory = Directory.CreateTempSubdirectory("ratesync").FullName;
        try
        {
            Directory.SetCurrentDirectory(directory);
            File.WriteAllText(Path.Combine(directory, "rate-sync.toml"), Toml);
            long start = Stopwatch.GetTimestamp();
            bool granted = RateLimit.TryAcquire("api");
            double nanoseconds = Stopwatch.GetElapsedTime(start).TotalNanoseconds;
            Terminal.WriteLine(nanoseconds.ToString("0", CultureInfo.InvariantCulture));
            return granted ? 0 : 1;
        }
        finally
        {
            Directory.SetCurrentDirectory(Path.GetTempPath());
            Directory.Delete(directory, recursive: true);
        }
    }
}
