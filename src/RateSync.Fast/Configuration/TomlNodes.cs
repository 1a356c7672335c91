using RateSync.Fast.Configuration.Toml;

namespace RateSync.Fast.Configuration;

/// <summary>Makes the tree of a TOML document. The parser has bounded how deep it is.</summary>
internal static class TomlNodes
{
    public static ConfigNode From(TomlNode node) => node switch
    {
        TomlTable table => ConfigNode.Table(Entries(table), table.Position),
        TomlArray array => ConfigNode.List(Items(array), array.Position),
        TomlString text => ConfigNode.OfText(text.Value, text.Position),
        TomlInteger integer => ConfigNode.Of(integer.Value, integer.Position),
        TomlFloat number => ConfigNode.Of(number.Value, number.Position),
        TomlBoolean boolean => ConfigNode.Of(boolean.Value, boolean.Position),
        _ => ConfigNode.Other(node.Kind, node.Position),
    };

    private static ConfigEntry[] Entries(TomlTable table)
    {
        ConfigEntry[] entries = new ConfigEntry[table.Entries.Count];
        for (int i = 0; i < entries.Length; i++)
        {
            TomlEntry entry = table.Entries[i];
            entries[i] = new ConfigEntry(entry.Key, entry.KeyPosition, From(entry.Value));
        }

        return entries;
    }

    private static ConfigNode[] Items(TomlArray array)
    {
        ConfigNode[] items = new ConfigNode[array.Items.Count];
        for (int i = 0; i < items.Length; i++)
        {
            items[i] = From(array.Items[i]);
        }

        return items;
    }
}
