namespace RateSync.Fast.Configuration;

/// <summary>Writes options as the tree that they would be read from: what code says is judged as what a file says.</summary>
internal static class OptionNodes
{
    public static ConfigNode From(LimiterOptions options)
    {
        List<ConfigEntry> entries = [];
        Add(ConfigKeys.Store, options.Store is null ? null : ConfigNode.OfText(options.Store));
        Add(ConfigKeys.Algorithm, options.Algorithm == default ? null : Word(options.Algorithm));
        Add(ConfigKeys.Rate, options.RatePerSecond is double rate ? ConfigNode.Of(rate) : null);
        Add(ConfigKeys.Burst, Number(options.Burst));
        Add(ConfigKeys.Limit, Number(options.Limit));
        Add(ConfigKeys.Window, Time(options.Window, TimeSpan.TicksPerSecond));
        Add(ConfigKeys.MaxConcurrent, Number(options.MaxConcurrent));
        Add(ConfigKeys.Timeout, options.Timeout == Timeout.InfiniteTimeSpan ? null : Time(options.Timeout, TimeSpan.TicksPerSecond));
        Add(ConfigKeys.FailClosed, Switch(options.FailClosed));
        Add(ConfigKeys.OnStoreFailure, options.OnStoreFailure is StoreFailurePolicy policy ? Word(policy) : null);
        Add(ConfigKeys.Shadow, Switch(options.Shadow));
        Add(ConfigKeys.Lease, Time(options.Lease, TimeSpan.TicksPerMillisecond));
        Add(ConfigKeys.MaxLease, Number(options.MaxLease));
        Add(ConfigKeys.Strict, Switch(options.Strict));
        Add(ConfigKeys.QueueLimit, Number(options.QueueLimit));
        Add(ConfigKeys.MaxKeys, Number(options.MaxKeys));
        Add(
            ConfigKeys.Priorities,
            Shares(options.Priorities?.Select(static entry => KeyValuePair.Create(Words<Priority>.Of(entry.Key), entry.Value))));

        // Weights alone would mean turns.
        Add(ConfigKeys.Fair, options.Weights is null ? Switch(options.Fair) : ConfigNode.Of(options.Fair));
        Add(ConfigKeys.Weights, Shares(options.Weights));
        Add(
            ConfigKeys.Limiters,
            options.Limiters is null ? null : ConfigNode.List([.. options.Limiters.Select(static id => ConfigNode.OfText(id ?? ""))]));
        Add(ConfigKeys.Strategy, options.Strategy == default ? null : Word(options.Strategy));
        return ConfigNode.Table(entries);

        void Add(string key, ConfigNode? node)
        {
            if (node is not null)
            {
                entries.Add(new ConfigEntry(key, default, node));
            }
        }
    }

    private static ConfigNode? Number(long? value) => value is long number ? ConfigNode.Of(number) : null;

    private static ConfigNode? Switch(bool value) => value ? ConfigNode.Of(value: true) : null;

    private static ConfigNode Word<T>(T value)
        where T : struct, Enum =>
        ConfigNode.OfText(Words<T>.Of(value));

    private static ConfigNode? Time(TimeSpan? time, long unit) =>
        time is not TimeSpan known ? null
            : known.Ticks % unit == 0 ? ConfigNode.Of(known.Ticks / unit)
            : ConfigNode.Of((double)((decimal)known.Ticks / unit));

    private static ConfigNode? Shares(IEnumerable<KeyValuePair<string, double>>? shares) =>
        shares is null
            ? null
            : ConfigNode.Table([.. shares.Select(static entry => new ConfigEntry(entry.Key, default, ConfigNode.Of(entry.Value)))]);
}
