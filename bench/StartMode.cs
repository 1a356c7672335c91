using System.Diagnostics;
using System.Globalization;
using System.Runtime;
using RateSync.Fast.Bench.Output;

namespace RateSync.Fast.Bench;

/// <summary>
/// A process that does nothing but use a limiter by name for the first time, and says what that took. For <see cref="Rows.NamedRows"/>.
/// </summary>
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
            FirstUse before = Now();
            bool granted = RateLimit.TryAcquire("api");
            FirstUse after = Now();
            FirstUse cost = new(
                after.Nanoseconds - before.Nanoseconds, after.Methods - before.Methods, after.IntermediateBytes - before.IntermediateBytes);
            Terminal.WriteLine(cost.ToString());
            return granted ? 0 : 1;
        }
        finally
        {
            Directory.SetCurrentDirectory(Path.GetTempPath());
            Directory.Delete(directory, recursive: true);
        }
    }

    /// <summary>What the calling thread has had compiled is exact, other than a time, whatever else the machine does.</summary>
    private static FirstUse Now() => new(
        Stopwatch.GetTimestamp() * (1e9 / Stopwatch.Frequency),
        JitInfo.GetCompiledMethodCount(currentThread: true),
        JitInfo.GetCompiledILBytes(currentThread: true));
}
