using System.Globalization;

namespace RateSync.Fast.Configuration;

/// <summary>Reads one store. Keys that only other engines have are passed over, so that a variable can switch the engine.</summary>
internal static class StoreBinder
{
    private const string Memory = "memory";
    private const string Engines = "one of \"memory\", \"redis\", \"nats\", \"postgres\"";

    /// <summary>By engine.</summary>
    internal static Dictionary<string, StoreKey[]> Keys => StoreKeys.ByEngine;

    /// <summary>The store; null if its engine is not known.</summary>
    public static StoreOptions? Bind(TableReader table, ConfigSource source)
    {
        ConfigNode? node = table.Take(ConfigKeys.Engine);
        string engine = node?.Kind == ConfigKind.Text ? node.Text.Trim().ToLowerInvariant() : "";
        if (string.Equals(engine, Memory, StringComparison.Ordinal) && table.Rest().Count == 0)
        {
            return new MemoryStoreOptions();
        }

        return BindAny(table, source, node, engine);
    }

    private static StoreOptions? BindAny(TableReader table, ConfigSource source, ConfigNode? node, string engine)
    {
        if (!Keys.TryGetValue(engine, out StoreKey[]? keys))
        {
            string? nearest = node is null || node.IsExpanded ? null : Names.Nearest(engine, StoreKeys.Engines);
            foreach (string key in StoreKeys.All)
            {
                table.Take(key);
            }

            table.ReportUnknown(StoreKeys.All);
            if (node is not null || (!table.Has(ConfigKeys.Engine) && !table.IsMeant(ConfigKeys.Engine)))
            {
                source.Expected(
                    table.Of(ConfigKeys.Engine),
                    node?.Position ?? table.Position,
                    Engines,
                    table.Show(ConfigKeys.Engine),
                    nearest is null ? "" : $" Did you mean \"{nearest}\"?");
            }

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

        if (!table.Has(ConfigKeys.Url) && !table.IsMeant(ConfigKeys.Url))
        {
            source.Expected(table.Of(ConfigKeys.Url), table.Position, $"the address of the {engine} server", "nothing");
        }

        return new EngineStoreOptions(engine) { Settings = settings };
    }

    /// <summary>Notes what has no effect.</summary>
    private static void Pass(TableReader table, ConfigSource source, string engine, StoreKey[] keys)
    {
        foreach (ConfigEntry entry in table.Rest())
        {
            string? name = StoreKeys.All.FirstOrDefault(key => string.Equals(key, entry.Key, StringComparison.Ordinal)
                || (source.IsRelaxed && string.Equals(Words.Fold(key), Words.Fold(entry.Key), StringComparison.Ordinal)));
            if (name is not null)
            {
                table.Take(name);
                source.Note(table.Of(entry.Key), entry.Position, $"the engine \"{engine}\" has no such key; it is ignored.");
            }
        }

        if (keys.Contains(StoreKeys.Margin) && table.Has(ConfigKeys.TimingMargin))
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
            key.Name, 0, 864_000_000, (key == StoreKeys.Margin ? "milliseconds" : "seconds") + " from 0 to 864000000")?
            .ToString("R", CultureInfo.InvariantCulture),
        _ => table.Boolean(key.Name) is bool value ? value ? "true" : "false" : null,
    };

    /// <summary>Empty is as good as absent, as the default of a variable is.</summary>
    private static string? AnyText(TableReader table, string key) =>
        table.Take(key) is { Kind: ConfigKind.Text, Text: "" } ? null : table.Text(key, "a string");
}
