namespace RateSync.Fast.Configuration;

/// <summary>The rules of files, for options that code gives.</summary>
internal static class OptionRules
{
    /// <summary>Checks the options of one limiter; returns them with the store that they fall to.</summary>
    /// <param name="id">The name of the limiter.</param>
    /// <param name="options">Its options.</param>
    /// <param name="stores">The stores that there are.</param>
    /// <param name="limiters">The other limiters that there are.</param>
    /// <exception cref="ConfigurationException">Anything is wrong; keys are named as files name them.</exception>
    public static LimiterOptions Check(
        string id,
        LimiterOptions options,
        IReadOnlyDictionary<string, StoreOptions> stores,
        IReadOnlyDictionary<string, LimiterOptions> limiters)
    {
        ConfigSource source = new();
        TableReader table = new(OptionNodes.From(options), ConfigSource.Path(ConfigKeys.Limiters, id), source, id);
        LimiterOptions bound = new LimiterBinder(source, [.. stores.Keys], stores).Bind(table);
        Dictionary<string, LimiterOptions> all = new(limiters, StringComparer.Ordinal) { [id] = bound };
        References.Check(source, [table], all, stores);
        source.ThrowIfProblems();
        return bound;
    }
}
