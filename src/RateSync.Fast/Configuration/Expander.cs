using RateSync.Fast.Configuration.Toml;

namespace RateSync.Fast.Configuration;

/// <summary>Replaces variables in all texts of a tree, and in the names of its tables.</summary>
internal sealed class Expander(ConfigSource source, Func<string, string?> environment)
{
    public ConfigNode Expand(ConfigNode root) => Expand(root, "", "");

    private ConfigNode Expand(ConfigNode node, string path, string key)
    {
        switch (node.Kind)
        {
            case ConfigKind.Text:
                string text = Expansion.Expand(node.Raw, environment, out List<(string Error, string Expected)>? failures);
                if (failures is null)
                {
                    return ConfigNode.OfText(text, node.Raw, node.Position);
                }

                Report(failures, path, node.Position, node.Show(key));
                return ConfigNode.Broken(node.Position);
            case ConfigKind.List:
                return ConfigNode.List(Items(node, path, key), node.Position);
            case ConfigKind.Table:
                return ConfigNode.Table(Entries(node, path), node.Position);
            default:
                return node;
        }
    }

    private ConfigNode[] Items(ConfigNode list, string path, string key)
    {
        ConfigNode[] items = new ConfigNode[list.Items.Count];
        for (int i = 0; i < items.Length; i++)
        {
            items[i] = Expand(list.Items[i], path, key);
        }

        return items;
    }

    private List<ConfigEntry> Entries(ConfigNode table, string path)
    {
        List<ConfigEntry> entries = new(table.Entries.Count);
        HashSet<string> seen = new(StringComparer.Ordinal);
        foreach (ConfigEntry entry in table.Entries)
        {
            string name = Expansion.Expand(entry.Key, environment, out List<(string Error, string Expected)>? failures);
            string full = ConfigSource.Path(path, name);
            if (failures is not null)
            {
                Report(failures, full, entry.Position, Secrets.Show("", entry.Key));

                // What is in it may lack variables as well.
                _ = Expand(entry.Value, full, name);
            }
            else if (!seen.Add(name))
            {
                source.Report(full, entry.Position, "another name", Secrets.Show("", entry.Key), "there is one of that name already.");
            }
            else
            {
                entries.Add(new ConfigEntry(name, entry.Position, Expand(entry.Value, full, name)));
            }
        }

        return entries;
    }

    private void Report(List<(string Error, string Expected)> failures, string path, TomlPosition position, string found)
    {
        foreach ((string error, string expected) in failures)
        {
            source.Report(path, position, expected, found, error + ".");
        }
    }
}
