namespace RateSync.Fast.Configuration;

/// <summary>The keys of stores. Apart from who reads them, as a store in memory has none.</summary>
internal static class StoreKeys
{
    private static readonly StoreKey s_url = new(ConfigKeys.Url, StoreKeyKind.Text);
    public static readonly StoreKey Margin = new(ConfigKeys.TimingMargin, StoreKeyKind.Number);
    private static readonly StoreKey s_minPool = new("pool_min_size", StoreKeyKind.Count);
    private static readonly StoreKey s_maxPool = new("pool_max_size", StoreKeyKind.Count);
    private static readonly StoreKey s_create = new("auto_create", StoreKeyKind.Switch);

    /// <summary>By engine.</summary>
    public static readonly Dictionary<string, StoreKey[]> ByEngine = new(StringComparer.Ordinal)
    {
        ["memory"] = [],
        ["redis"] =
        [
            s_url, new("db", StoreKeyKind.Count), new("password", StoreKeyKind.AnyText), new("key_prefix", StoreKeyKind.AnyText),
            s_minPool, s_maxPool, Margin,
            new("socket_timeout", StoreKeyKind.Number), new("socket_connect_timeout", StoreKeyKind.Number),
        ],
        ["nats"] =
        [
            s_url, new("token", StoreKeyKind.AnyText), new("user", StoreKeyKind.AnyText), new("password", StoreKeyKind.AnyText),
            new("credentials", StoreKeyKind.AnyText), new("bucket_name", StoreKeyKind.Text), s_create,
            new("retry_interval", StoreKeyKind.Number),
            new("max_retries", StoreKeyKind.Count), Margin,
        ],
        ["postgres"] =
        [
            s_url, new("table_name", StoreKeyKind.Text), new("schema_name", StoreKeyKind.Text), s_create, s_minPool, s_maxPool, Margin,
        ],
    };

    /// <summary>In the order in which messages list them.</summary>
    public static readonly string[] Engines = ["memory", "redis", "nats", "postgres"];

    public static readonly string[] All =
        [ConfigKeys.Engine, .. Engines.SelectMany(static e => ByEngine[e]).Select(static k => k.Name).Distinct(StringComparer.Ordinal)];
}
