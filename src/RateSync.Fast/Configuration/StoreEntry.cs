namespace RateSync.Fast.Configuration;

/// <summary>A store as configured under a name.</summary>
internal sealed class StoreEntry(StoreOptions options, LimiterSource source, string? file)
{
    public readonly StoreOptions Options = options;
    public readonly LimiterSource Source = source;
    public readonly string? File = file;

    /// <summary>Whether limiters can use it.</summary>
    public bool IsAvailable => Options is MemoryStoreOptions;

    /// <summary>Makes the exception for each use of a limiter that relies on it.</summary>
    public StoreUnavailableException Unavailable(string limiterId, string name)
    {
        string package = "RateSync.Fast." + Options.Engine switch
        {
            "redis" => "Redis",
            "nats" => "Nats",
            "postgres" => "Postgres",
            string other => other,
        };
        return new StoreUnavailableException(
            $"Limiter '{limiterId}' uses the store '{name}', whose engine '{Options.Engine}' needs the package {package}, which this program does not have. With the engine 'memory' the limit holds within this process.")
        {
            Store = name,
            Engine = Options.Engine,
            Package = package,
        };
    }
}
