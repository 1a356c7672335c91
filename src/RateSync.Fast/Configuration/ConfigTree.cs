namespace RateSync.Fast.Configuration;

/// <summary>Turns a tree into stores and limiters, or into everything that is wrong with it.</summary>
internal sealed class ConfigTree
{
    private readonly ConfigSource _source;

    /// <summary>In the order in which they are written.</summary>
    private readonly Dictionary<string, StoreOptions> _stores = new(StringComparer.Ordinal);

    /// <summary>Also those that are wrong, so that nothing that names them is called wrong for it.</summary>
    private readonly List<string> _storeNames = [];
    private readonly Dictionary<string, LimiterOptions> _limiters = new(StringComparer.Ordinal);

    private ConfigTree(ConfigSource source)
    {
        _source = source;
    }

    /// <exception cref="ConfigurationException">Anything is wrong.</exception>
    public static RateSyncConfiguration Read(ConfigNode root, ConfigSource source)
    {
        ConfigTree tree = new(source);
        tree.ReadAll(new TableReader(root, "", source));
        source.ThrowIfProblems();
        return new RateSyncConfiguration(tree._stores, tree._limiters, source.Notes);
    }

    private void ReadAll(TableReader root)
    {
        foreach (TableReader table in Tables(root, ConfigKeys.Stores))
        {
            _storeNames.Add(table.Name);
            if (StoreBinder.Bind(table, _source) is StoreOptions store)
            {
                _stores.Add(table.Name, store);
            }
        }

        LimiterBinder binder = new(_source, _storeNames, _stores);
        List<TableReader> limiters = Tables(root, ConfigKeys.Limiters);
        foreach (TableReader table in limiters)
        {
            _limiters.Add(table.Name, binder.Bind(table));
        }

        References.Check(_source, limiters, _limiters, _stores);

        // Kept for those who serve HTTP; what is in it is their business.
        _ = root.Table(ConfigKeys.FastApi);
        root.ReportUnknown(ConfigKeys.Sections, "section");
    }

    private void RejectTable(string path, ConfigEntry entry) =>
        _source.Expected(path, entry.Value.Position, _source.IsRelaxed ? "an object" : $"a table ([{path}])", entry.Value.Show(entry.Key));

    private List<TableReader> Tables(TableReader root, string section)
    {
        List<TableReader> tables = [];
        if (root.Table(section) is not TableReader reader)
        {
            return tables;
        }

        foreach (ConfigEntry entry in reader.TakeAll())
        {
            string path = reader.Of(entry.Key);
            if (entry.Value.Kind != ConfigKind.Table)
            {
                RejectTable(path, entry);
            }
            else if (string.IsNullOrWhiteSpace(entry.Key))
            {
                _source.Report(path, entry.Position, "a name", "\"\"", "the name must not be empty.");
            }
            else
            {
                tables.Add(new TableReader(entry.Value, path, _source, entry.Key));
            }
        }

        return tables;
    }
}
