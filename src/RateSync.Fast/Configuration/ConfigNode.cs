using System.Globalization;
using RateSync.Fast.Configuration.Toml;

namespace RateSync.Fast.Configuration;

/// <summary>
/// A value of a configuration, whatever it was read from. Its position is line 0 where there are no lines.
/// </summary>
internal sealed class ConfigNode
{
    public readonly ConfigKind Kind;

    /// <summary>The kind with its article, for messages.</summary>
    public readonly string KindName;

    public readonly TomlPosition Position;

    /// <summary>Of a table.</summary>
    public readonly IReadOnlyList<ConfigEntry> Entries = [];

    /// <summary>Of a list.</summary>
    public readonly IReadOnlyList<ConfigNode> Items = [];

    /// <summary>Of a text: what it means, variables replaced.</summary>
    public readonly string Text = "";

    /// <summary>Of a text: what stands there.</summary>
    public readonly string Raw = "";

    /// <summary>Of a whole number, and of true (1) or false.</summary>
    public readonly long Integer;

    public readonly double Float;

    private ConfigNode(ConfigKind kind, string kindName, TomlPosition position)
    {
        Kind = kind;
        KindName = kindName;
        Position = position;
    }

    private ConfigNode(IReadOnlyList<ConfigEntry> entries, TomlPosition position)
        : this(ConfigKind.Table, "a table", position) => Entries = entries;

    private ConfigNode(IReadOnlyList<ConfigNode> items, TomlPosition position)
        : this(ConfigKind.List, "a list", position) => Items = items;

    private ConfigNode(string text, string raw, TomlPosition position)
        : this(ConfigKind.Text, "a string", position) => (Text, Raw) = (text, raw);

    private ConfigNode(ConfigKind kind, string kindName, long value, TomlPosition position)
        : this(kind, kindName, position) => Integer = value;

    private ConfigNode(double value, TomlPosition position)
        : this(ConfigKind.Float, "a float", position) => Float = value;

    public bool Boolean => Integer != 0;

    /// <summary>Whether a variable was replaced in it.</summary>
    public bool IsExpanded => !string.Equals(Text, Raw, StringComparison.Ordinal);

    public static ConfigNode Table(IReadOnlyList<ConfigEntry> entries, TomlPosition position = default) => new(entries, position);

    public static ConfigNode List(IReadOnlyList<ConfigNode> items, TomlPosition position = default) => new(items, position);

    public static ConfigNode OfText(string text, TomlPosition position = default) => new(text, text, position);

    public static ConfigNode OfText(string text, string raw, TomlPosition position) => new(text, raw, position);

    public static ConfigNode Of(long value, TomlPosition position = default) => new(ConfigKind.Integer, "an integer", value, position);

    public static ConfigNode Of(double value, TomlPosition position = default) => new(value, position);

    public static ConfigNode Of(bool value, TomlPosition position = default) =>
        new(ConfigKind.Boolean, "a boolean", value ? 1 : 0, position);

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

    /// <summary>
    /// As <see cref="Show"/>, and what has become of the variables in it: whether nothing, a number, or how long a text. Texts are not
    /// shown, as a variable may be the wrong one, with a secret in it.
    /// </summary>
    public string ShowExpanded(string key)
    {
        string shown = Show(key);
        if (!IsExpanded)
        {
            return shown;
        }

        string value = Text.Length == 0 ? ", which is empty"
            : Secrets.IsSecret(key) || Secrets.MayFollow(key) ? ""
            : TableReader.ToNumber(this) is double number ? string.Create(CultureInfo.InvariantCulture, $", which is {number}")
            : string.Create(CultureInfo.InvariantCulture, $", which is a text of length {Text.Length}");
        return $"{shown}{value} once its variables are replaced";
    }
}
