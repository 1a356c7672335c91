namespace RateSync.Fast.Configuration;

/// <summary>Whether limiters that are strict stay so when those that they refer to change, wherever each of them was configured.</summary>
internal static class StrictParts
{
    /// <param name="limiters">All limiters that there will be.</param>
    /// <param name="stores">All stores that there will be.</param>
    /// <param name="source">Where the change comes from; null for code.</param>
    /// <exception cref="ConfigurationException">One of them would not be strict.</exception>
    public static void Check(
        IReadOnlyDictionary<string, LimiterOptions> limiters, IReadOnlyDictionary<string, StoreOptions> stores, string? source)
    {
        List<ConfigurationProblem>? problems = null;
        foreach ((string id, LimiterOptions options) in limiters)
        {
            if (options is { Strict: true, Limiters.Count: > 0 } && Excess.Of(id, limiters, stores) is { Permits: > 0 } excess)
            {
                string key = ConfigSource.Path(ConfigSource.Path(ConfigKeys.Limiters, id), ConfigKeys.Limiters);
                (problems ??= []).Add(new ConfigurationProblem
                {
                    File = source,
                    Key = key,
                    Expected = "limiters that are strict",
                    Found = excess.Reason,
                    Message = $"{key}: the limiter is strict, and would not be any more: {excess.Reason}.",
                });
            }
        }

        if (problems is not null)
        {
            throw new ConfigurationException(problems);
        }
    }
}
