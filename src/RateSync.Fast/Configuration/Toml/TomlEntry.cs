namespace RateSync.Fast.Configuration.Toml;

/// <summary>One key of a table, where it stands, and its value. A key of several parts makes one entry in each table on its path.</summary>
internal sealed record TomlEntry(string Key, TomlPosition KeyPosition, TomlNode Value);
