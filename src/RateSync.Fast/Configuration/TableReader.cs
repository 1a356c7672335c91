using System.Globalization;
using RateSync.Fast.Configuration.Toml;

namespace RateSync.Fast.Configuration;

/// <summary>
/// Takes the values of one table by key, converts each to the type that the key has, and reports what is wrong and what nobody took.
/// A value that is wrong is null, as if it were not there; <see cref="Has"/> tells the difference.
/// </summary>
internal sealed class TableReader
{
    private readonly ConfigNode _table;
    private readonly ConfigSource _source;
    private readonly Dictionary<string, ConfigEntry> _entries;
    private readonly HashSet<string> _taken = new(StringComparer.Ordinal);

    // Keys that are not there, and that a misspelt one is taken for.
    private HashSet<string>? _meant;

    public TableReader(ConfigNode table, string path, ConfigSource source, string name = "")
    {
        Name = name;
        _table = table;
        _source = source;
        Path = path;
        _entries = new(table.Entries.Count, StringComparer.Ordinal);
        foreach (ConfigEntry entry in table.Entries)
        {
            if (!_entries.TryAdd(Fold(entry.Key), entry))
            {
                source.Report(Of(entry.Key), entry.Position, "each key once", entry.Key, "is given twice, in different spellings.");
            }
        }
    }

    public readonly string Path;

    /// <summary>What somebody chose to call it; empty for a table that is always called the same.</summary>
    public readonly string Name;

    public TomlPosition Position => _table.Position;

    /// <summary>The path of a key of this table.</summary>
    public string Of(string key) => ConfigSource.Path(Path, key);

    public bool Has(string key) => _entries.ContainsKey(Fold(key));

    /// <summary>Whether a key that nobody knows was probably meant to be this one: that it is missing is then no other mistake.</summary>
    public bool IsMeant(string key) => _meant?.Contains(Fold(key)) == true;

    /// <summary>A key of this table as messages about another one name it: as it is written there, or would be.</summary>
    public string Spell(string key) => !_source.IsRelaxed ? key
        : _entries.TryGetValue(Fold(key), out ConfigEntry? entry) ? entry.Key
        : Words.ToPascal(key);

    /// <summary>A key with a value, as it would be written.</summary>
    public string Spell(string key, string value) => _source.IsRelaxed ? $"\"{Spell(key)}\": {value}" : $"{key} = {value}";

    /// <summary>Where a key stands, or the table if it is not there.</summary>
    public TomlPosition At(string key) => _entries.TryGetValue(Fold(key), out ConfigEntry? entry) ? entry.Position : Position;

    /// <summary>The value of a key as messages show it.</summary>
    public string Show(string key) => _entries.TryGetValue(Fold(key), out ConfigEntry? entry) ? entry.Value.ShowExpanded(key) : "nothing";

    public ConfigNode? Take(string key)
    {
        _taken.Add(Fold(key));
        return _entries.TryGetValue(Fold(key), out ConfigEntry? entry) && entry.Value.Kind != ConfigKind.Broken ? entry.Value : null;
    }

    public string? Text(string key, string expected)
    {
        ConfigNode? node = Take(key);
        return node is null ? null : node.Kind == ConfigKind.Text && node.Text.Length > 0 ? node.Text : Wrong<string>(key, node, expected);
    }

    public bool? Boolean(string key)
    {
        ConfigNode? node = Take(key);
        return node is null ? null
            : node.Kind == ConfigKind.Boolean ? node.Boolean
            : node.Kind == ConfigKind.Text && bool.TryParse(node.Text, out bool value) ? value
            : WrongValue<bool>(key, node, "true or false");
    }

    public double? Number(string key, double min, double max, string expected)
    {
        ConfigNode? node = Take(key);
        return node is null ? null
            : ToNumber(node) is double value && value >= min && value <= max ? value
            : WrongValue<double>(key, node, expected);
    }

    /// <summary>A whole number.</summary>
    /// <param name="key">The key.</param>
    /// <param name="min">The least that it may be.</param>
    /// <param name="max">The most that it may be.</param>
    /// <param name="unit">Of what, with a space before it.</param>
    public long? Integer(string key, long min, long max, string unit = "")
    {
        ConfigNode? node = Take(key);
        return node is null ? null
            : ToInteger(node) is long value && value >= min && value <= max ? value
            : WrongValue<long>(key, node, string.Create(CultureInfo.InvariantCulture, $"a whole number{unit} from {min} to {max}"));
    }

    /// <summary>A time as a number of units or, in text, as hours, minutes and seconds with colons.</summary>
    public TimeSpan? Time(string key, TimeSpan unit, TimeSpan min, TimeSpan max, string expected)
    {
        ConfigNode? node = Take(key);
        return node is null ? null
            : ToTime(node, unit) is TimeSpan value && value >= min && value <= max ? value
            : WrongValue<TimeSpan>(key, node, expected);
    }

    /// <summary>One of the words of an enumeration.</summary>
    public int Choice(string key, WordList words)
    {
        ConfigNode? node = Take(key);
        int value = node is { Kind: ConfigKind.Text } ? words.Parse(node.Text, _source.IsRelaxed) : WordList.None;
        if (node is not null && value == WordList.None)
        {
            Report(key, node, words.Allowed, Suggest(node, words.All));
        }

        return value;
    }

    /// <summary>A table, to be read on its own; null if it is none.</summary>
    public TableReader? Table(string key)
    {
        ConfigNode? node = Take(key);
        return node is null ? null
            : node.Kind == ConfigKind.Table ? new TableReader(node, Of(key), _source)
            : Wrong<TableReader>(key, node, _source.IsRelaxed ? "an object" : "a table");
    }

    /// <summary>A list of names, each with its place.</summary>
    public List<ConfigNode>? Texts(string key, string expected)
    {
        ConfigNode? node = Take(key);
        if (node is null)
        {
            return null;
        }

        IEnumerable<ConfigNode>? items = node.Kind == ConfigKind.List ? node.Items : ItemsByPlace(node);
        if (items is null)
        {
            return Wrong<List<ConfigNode>>(key, node, expected);
        }

        List<ConfigNode> texts = [];
        foreach (ConfigNode item in items)
        {
            if (item.Kind == ConfigKind.Text && item.Text.Length > 0)
            {
                texts.Add(item);
            }
            else if (item.Kind != ConfigKind.Broken)
            {
                _source.Expected(Of(key), item.Position, expected, item.ShowExpanded(key));
            }
        }

        return texts;
    }

    /// <summary>Where all is text, the places in a list are keys. Null if this is no such list.</summary>
    private IEnumerable<ConfigNode>? ItemsByPlace(ConfigNode node) =>
        node.Kind == ConfigKind.Table && _source.IsRelaxed && node.Entries.All(static e => IsIndex(e.Key))
            ? node.Entries.OrderBy(static e => int.Parse(e.Key, CultureInfo.InvariantCulture)).Select(static e => e.Value)
            : null;

    /// <summary>All entries, for a table whose keys are names that somebody chose.</summary>
    public List<ConfigEntry> TakeAll()
    {
        List<ConfigEntry> all = new(_table.Entries.Count);
        foreach (ConfigEntry entry in _table.Entries)
        {
            _taken.Add(Fold(entry.Key));
            if (entry.Value.Kind != ConfigKind.Broken)
            {
                all.Add(entry);
            }
        }

        return all;
    }

    /// <summary>The entries that nobody has asked for.</summary>
    public List<ConfigEntry> Rest()
    {
        List<ConfigEntry> rest = [];
        foreach (KeyValuePair<string, ConfigEntry> entry in _entries)
        {
            if (!_taken.Contains(entry.Key))
            {
                rest.Add(entry.Value);
            }
        }

        return rest.Count < 2 ? rest : InOrder(rest);
    }

    private static List<ConfigEntry> InOrder(List<ConfigEntry> entries) =>
        [.. entries.OrderBy(static entry => entry.Position.Line).ThenBy(static entry => entry.Position.Column)];

    /// <summary>Reports the keys that nobody has asked for.</summary>
    public void ReportUnknown(IReadOnlyCollection<string> known, string what = "key")
    {
        List<ConfigEntry> rest = Rest();
        if (rest.Count > 0)
        {
            ReportUnknown(rest, known, what);
        }
    }

    private void ReportUnknown(List<ConfigEntry> entries, IReadOnlyCollection<string> known, string what)
    {
        foreach (ConfigEntry entry in entries)
        {
            string? nearest = _source.IsFull ? null : Names.Nearest(entry.Key, known);
            if (_source.IsRelaxed)
            {
                // As settings are mostly written. The words of a key are only seen apart with underscores between them, so both are tried.
                known = [.. known.Select(Words.ToPascal)];
                nearest = nearest is null ? null : Names.Nearest(entry.Key, known) ?? Words.ToPascal(nearest);
            }

            if (nearest is not null && !Has(nearest))
            {
                (_meant ??= new(StringComparer.Ordinal)).Add(Fold(nearest));
            }

            string expected = nearest is null ? "one of " + Names.List(known) : $"'{nearest}'";
            string hint = nearest is null ? $"Known: {Names.List(known)}." : $"Did you mean '{nearest}'?";
            _source.Report(Of(entry.Key), entry.Position, expected, Secrets.Show("", entry.Key), $"unknown {what}. {hint}");
        }
    }

    /// <summary>Reports a value.</summary>
    public void Reject(string key, string expected, string hint = "") => _source.Expected(Of(key), At(key), expected, Show(key), hint);

    public static double? ToNumber(ConfigNode node) => node.Kind switch
    {
        ConfigKind.Integer => node.Integer,
        ConfigKind.Float => node.Float,
        ConfigKind.Text when double.TryParse(node.Text, NumberStyles.Float, CultureInfo.InvariantCulture, out double value) => value,
        _ => null,
    };

    private static long? ToInteger(ConfigNode node)
    {
        if (node.Kind == ConfigKind.Integer)
        {
            return node.Integer;
        }

        if (node.Kind == ConfigKind.Text && long.TryParse(node.Text, NumberStyles.Integer, CultureInfo.InvariantCulture, out long exact))
        {
            return exact;
        }

        // 5.0 is five; up to 2^53 every whole number is itself.
        return ToNumber(node) is double value && Math.Floor(value) == value && Math.Abs(value) <= 1L << 53 ? (long)value : null;
    }

    private static TimeSpan? ToTime(ConfigNode node, TimeSpan unit)
    {
        if (node.Kind == ConfigKind.Text && node.Text.Contains(':', StringComparison.Ordinal))
        {
            return Clock(node.Text.Trim());
        }

        double? ticks = ToNumber(node) * unit.Ticks;
        return ticks is not double known || !(Math.Abs(known) < 9e18) ? null
            : known > 0 && known < 1 ? TimeSpan.FromTicks(1)
            : TimeSpan.FromTicks((long)Math.Round(known));
    }

    private static TimeSpan? Clock(string text) =>
        TimeSpan.TryParseExact(text, ["c", "g"], CultureInfo.InvariantCulture, out TimeSpan time) ? time : null;

    private static bool IsIndex(string key) => int.TryParse(key, NumberStyles.None, CultureInfo.InvariantCulture, out _);

    private T? Wrong<T>(string key, ConfigNode node, string expected, string hint = "")
        where T : class
    {
        Report(key, node, expected, hint);
        return null;
    }

    private T? WrongValue<T>(string key, ConfigNode node, string expected, string hint = "")
        where T : struct
    {
        Report(key, node, expected, hint);
        return null;
    }

    private void Report(string key, ConfigNode node, string expected, string hint) =>
        _source.Expected(Of(key), node.Position, expected, node.ShowExpanded(key), hint);

    private static string Suggest(ConfigNode node, IEnumerable<string> words) =>
        node.Kind == ConfigKind.Text && !node.IsExpanded && Names.Nearest(node.Text, words) is string nearest
            ? $" Did you mean \"{nearest}\"?" : "";

    private string Fold(string key) => _source.IsRelaxed ? Words.Fold(key) : key;
}
