using System.Globalization;
using RateSync.Fast.Configuration.Toml;

namespace RateSync.Fast.Configuration;

/// <summary>
/// A value of a configuration, whatever it was read from. Its position is line 0 where there are no lines.
/// </summary>
internal sealed class ConfigNode
{
    private ConfigNode(ConfigKind kind, string kindName, TomlPosition position)
    {
        Kind = kind;
        KindName = kindName;
        Position = position;
    }

    public ConfigKind Kind { get; }

    /// <summary>The kind with its article, for messages.</summary>
    public string KindName { get; }

    public TomlPosition Position { get; }

    /// <summary>Of a table.</summary>
    public IReadOnlyList<ConfigEntry> Entries { get; private init; } = [];

    /// <summary>Of a list.</summary>
    public IReadOnlyList<ConfigNode> Items { get; private init; } = [];

    /// <summary>Of a text: what it means, variables replaced.</summary>
    public string Text { get; private init; } = "";

    /// <summary>Of a text: what stands there.</summary>
    public string Raw { get; private init; } = "";

    public long Integer { get; private init; }

    public double Float { get; private init; }

    public bool Boolean { get; private init; }

    /// <summary>Whether a variable was replaced in it.</summary>
    public bool IsExpanded => !string.Equals(Text, Raw, StringComparison.Ordinal);

    public static ConfigNode Table(IReadOnlyList<ConfigEntry> entries, TomlPosition position = default) =>
        new(ConfigKind.Table, "a table", position) { Entries = entries };

    public static ConfigNode List(IReadOnlyList<ConfigNode> items, TomlPosition position = default) =>
        new(ConfigKind.List, "a list", position) { Items = items };

    public static ConfigNode OfText(string text, TomlPosition position = default) => OfText(text, text, position);

    public static ConfigNode OfText(string text, string raw, TomlPosition position) =>
        new(ConfigKind.Text, "a string", position) { Text = text, Raw = raw };

    public static ConfigNode Of(long value, TomlPosition position = default) =>
        new(ConfigKind.Integer, "an integer", position) { Integer = value };

    public static ConfigNode Of(double value, TomlPosition position = default) =>
        new(ConfigKind.Float, "a float", position) { Float = value };

    public static ConfigNode Of(bool value, TomlPosition position = default) =>
        new(ConfigKind.Boolean, "a boolean", position) { Boolean = value };

    public static ConfigNode Other(string kindName, TomlPosition position = default) => new(ConfigKind.Other, kindName, position);

    public static ConfigNode Broken(TomlPosition position) => new(ConfigKind.Broken, "a value", position);

    /// <summary>The value as messages show it: variables by their names, secrets not at all.</summary>
    public string Show(string key) => Kind switch
    {
        ConfigKind.Text => Secrets.Show(key, Raw),
        ConfigKind.Integer when !Secrets.IsSecret(key) => Integer.ToString(CultureInfo.InvariantCulture),
        ConfigKind.Float when !Secrets.IsSecret(key) => Float.ToString("R", CultureInfo.InvariantCulture),
        ConfigKind.Boolean => Boolean ? "true" : "false",
        ConfigKind.Integer or ConfigKind.Float => Secrets.Mask,
        _ => KindName,
    };
}
