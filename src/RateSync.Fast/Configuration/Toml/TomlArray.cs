namespace RateSync.Fast.Configuration.Toml;

/// <summary>An array: one written in brackets, or the tables under equal <c>[[headers]]</c>.</summary>
internal sealed class TomlArray : TomlNode
{
    private readonly List<TomlNode> _items = [];

    internal TomlArray(TomlPosition position, bool ofTables)
        : base(position)
    {
        IsOfTables = ofTables;
    }

    internal IReadOnlyList<TomlNode> Items => _items;

    /// <summary>Made by <c>[[headers]]</c>, which may add to it; what is written in brackets is complete.</summary>
    internal bool IsOfTables { get; }

    internal override string Kind => IsOfTables ? "an array of tables" : "an array";

    internal void Add(TomlNode item) => _items.Add(item);
}
