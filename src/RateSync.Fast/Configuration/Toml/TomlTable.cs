using System.Diagnostics.CodeAnalysis;

namespace RateSync.Fast.Configuration.Toml;

/// <summary>A table: entries in the order of their first appearance, each key once.</summary>
internal sealed class TomlTable : TomlNode
{
    /// <summary>Up to here a walk over the entries is cheaper than an index.</summary>
    private const int Few = 8;

    private readonly List<TomlEntry> _entries = [];
    private Dictionary<string, int>? _index;

    internal TomlTable(TomlPosition position, TomlTableOrigin origin, int depth)
        : base(position)
    {
        Origin = origin;
        Depth = depth;
    }

    internal List<TomlEntry> Entries => _entries;

    internal TomlTableOrigin Origin { get; private set; }

    /// <summary>How many tables and arrays it lies in.</summary>
    internal readonly int Depth;

    internal override string Kind => Origin == TomlTableOrigin.Inline ? "an inline table" : "a table";

    /// <summary>The value of a key; null if the table does not have it.</summary>
    internal TomlNode? this[string key] => TryGet(key, out TomlEntry? entry) ? entry.Value : null;

    internal bool TryGet(string key, [NotNullWhen(true)] out TomlEntry? entry)
    {
        if (_index is not null)
        {
            return TryGetIndexed(_index, key, out entry);
        }

        foreach (TomlEntry candidate in _entries)
        {
            if (string.Equals(candidate.Key, key, StringComparison.Ordinal))
            {
                entry = candidate;
                return true;
            }
        }

        entry = default;
        return false;
    }

    /// <summary>The caller has made sure that the key is new.</summary>
    internal void Add(TomlEntry entry)
    {
        _entries.Add(entry);
        if (_entries.Count > Few)
        {
            Index();
        }
    }

    private bool TryGetIndexed(Dictionary<string, int> index, string key, [NotNullWhen(true)] out TomlEntry? entry)
    {
        bool found = index.TryGetValue(key, out int at);
        entry = found ? _entries[at] : null;
        return found;
    }

    private void Index()
    {
        _index ??= new Dictionary<string, int>(_entries.Count * 2, StringComparer.Ordinal);
        for (int i = _index.Count; i < _entries.Count; i++)
        {
            _index.Add(_entries[i].Key, i);
        }
    }

    /// <summary>A table that headers below it made is named by its own header.</summary>
    internal void BecomeHeader() => Origin = TomlTableOrigin.Header;
}
