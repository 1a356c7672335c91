namespace RateSync.Fast.Configuration.Toml;

/// <summary>One key of a table, where it stands, and its value. A key of several parts makes one entry in each table on its path.</summary>
internal sealed class TomlEntry(string key, TomlPosition keyPosition, TomlNode value)
{
    internal readonly string Key = key;
    internal readonly TomlPosition KeyPosition = keyPosition;
    internal readonly TomlNode Value = value;
}
