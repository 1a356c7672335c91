using RateSync.Fast.Configuration.Toml;

namespace RateSync.Fast.Configuration;

/// <summary>Makes the tree of a TOML document. The parser has bounded how deep it is.</summary>
internal static class TomlNodes
{
    public static ConfigNode From(TomlNode node) => node switch
    {
        TomlTable table => ConfigNode.Table(
            [.. table.Entries.Select(static e => new ConfigEntry(e.Key, e.KeyPosition, From(e.Value)))], table.Position),
        TomlArray array => ConfigNode.List([.. array.Items.Select(From)], array.Position),
        TomlString text => ConfigNode.OfText(text.Value, text.Position),
        TomlInteger integer => ConfigNode.Of(integer.Value, integer.Position),
        TomlFloat number => ConfigNode.Of(number.Value, number.Position),
        TomlBoolean boolean => ConfigNode.Of(boolean.Value, boolean.Position),
        _ => ConfigNode.Other(node.Kind, node.Position),
    };
}
