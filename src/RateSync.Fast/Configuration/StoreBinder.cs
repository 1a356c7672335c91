using System.Globalization;

namespace RateSync.Fast.Configuration;

/// <summary>Reads one store. Keys that only other engines have are passed over, so that a variable can switch the engine.</summary>
internal static class StoreBinder
{
    private static readonly StoreKey s_url = new(ConfigKeys.Url, StoreKeyKind.Text);
    private static readonly StoreKey s_margin = new(ConfigKeys.TimingMargin, StoreKeyKind.Number);
    private static readonly StoreKey s_minPool = new("pool_min_size", StoreKeyKind.Count);
    private static readonly StoreKey s_maxPool = new("pool_max_size", StoreKeyKind.Count);
    private static readonly StoreKey s_create = new("auto_create", StoreKeyKind.Switch);

    /// <summary>By engine.</summary>
    internal static readonly Dictionary<string, StoreKey[]> Keys = new(StringComparer.Ordinal)
    {
        ["memory"] = [],
        ["redis"] =
        [
            s_url, new("db", StoreKeyKind.Count), new("password", StoreKeyKind.AnyText), new("key_prefix", StoreKeyKind.AnyText),
            s_minPool, s_maxPool, s_margin,
            new("socket_timeout", StoreKeyKind.Number), new("socket_connect_timeout", StoreKeyKind.Number),
        ],
        ["nats"] =
        [
            s_url, new("token", StoreKeyKind.AnyText), new("user", StoreKeyKind.AnyText), new("password", StoreKeyKind.AnyText),
            new("credentials", StoreKeyKind.AnyText), new("bucket_name", StoreKeyKind.Text), s_create,
            new("retry_interval", StoreKeyKind.Number),
            new("max_retries", StoreKeyKind.Count), s_margin,
        ],
        ["postgres"] =
        [
            s_url, new("table_name", StoreKeyKind.Text), new("schema_name", StoreKeyKind.Text), s_create, s_minPool, s_maxPool, s_margin,
        ],
    };

    /// <summary>In the order in which messages list them.</summary>
    private static readonly string[] s_engines = ["memory", "redis", "nats", "postgres"];

    private static readonly string[] s_allKeys =
        [ConfigKeys.Engine, .. s_engines.SelectMany(static e => Keys[e]).Select(static k => k.Name).Distinct(StringComparer.Ordinal)];

    /// <summary>The store; null if its engine is not known.</summary>
    public static StoreOptions? Bind(TableReader table, ConfigSource source)
    {
        const string Engines = "one of \"memory\", \"redis\", \"nats\", \"postgres\"";
        ConfigNode? node = table.Take(ConfigKeys.Engine);
        string engine = node?.Kind == ConfigKind.Text ? node.Text.Trim().ToLowerInvariant() : "";
        if (!Keys.TryGetValue(engine, out StoreKey[]? keys))
        {
            string? nearest = node is null || node.IsExpanded ? null : Names.Nearest(engine, s_engines);
            if (node is not null || !table.Has(ConfigKeys.Engine))
            {
                source.Expected(
                    table.Of(ConfigKeys.Engine),
                    node?.Position ?? table.Position,
                    Engines,
                    table.Show(ConfigKeys.Engine),
                    nearest is null ? "" : $" Did you mean \"{nearest}\"?");
            }

            foreach (string key in s_allKeys)
            {
                table.Take(key);
            }

            table.ReportUnknown(s_allKeys);
            return null;
        }

        Dictionary<string, string> settings = new(StringComparer.Ordinal);
        foreach (StoreKey key in keys)
        {
            if (Read(table, key) is string value)
            {
                settings.Add(key.Name, value);
            }
        }

        Pass(table, source, engine, keys);
        table.ReportUnknown([ConfigKeys.Engine, .. keys.Select(static key => key.Name)]);
        if (keys.Length == 0)
        {
            return new MemoryStoreOptions();
        }

        if (!table.Has(ConfigKeys.Url))
        {
            source.Expected(table.Of(ConfigKeys.Url), table.Position, $"the address of the {engine} server", "nothing");
        }

        return new EngineStoreOptions(engine) { Settings = settings };
    }

    /// <summary>Notes what has no effect.</summary>
    private static void Pass(TableReader table, ConfigSource source, string engine, StoreKey[] keys)
    {
        foreach (ConfigEntry entry in table.Rest().ToList())
        {
            string? name = s_allKeys.FirstOrDefault(key => string.Equals(key, entry.Key, StringComparison.Ordinal)
                || (source.IsRelaxed && string.Equals(Words.Fold(key), Words.Fold(entry.Key), StringComparison.Ordinal)));
            if (name is not null)
            {
                table.Take(name);
                source.Note(table.Of(entry.Key), entry.Position, $"the engine \"{engine}\" has no such key; it is ignored.");
            }
        }

        if (keys.Contains(s_margin) && table.Has(ConfigKeys.TimingMargin))
        {
            source.Note(table.Of(ConfigKeys.TimingMargin), table.At(ConfigKeys.TimingMargin), "limits need no margin here; it is ignored.");
        }
    }

    private static string? Read(TableReader table, StoreKey key) => key.Kind switch
    {
        StoreKeyKind.Text => table.Text(key.Name, "a string that is not empty"),
        StoreKeyKind.AnyText => AnyText(table, key.Name),
        StoreKeyKind.Count => table.Integer(key.Name, 0, int.MaxValue)?.ToString(CultureInfo.InvariantCulture),
        StoreKeyKind.Number => table.Number(
            key.Name, 0, 864_000_000, (key == s_margin ? "milliseconds" : "seconds") + " from 0 to 864000000")?
            .ToString("R", CultureInfo.InvariantCulture),
        _ => table.Boolean(key.Name) is bool value ? value ? "true" : "false" : null,
    };

    /// <summary>Empty is as good as absent, as the default of a variable is.</summary>
    private static string? AnyText(TableReader table, string key) =>
        table.Take(key) is { Kind: ConfigKind.Text, Text: "" } ? null : table.Text(key, "a string");
}
