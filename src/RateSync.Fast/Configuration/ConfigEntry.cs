using RateSync.Fast.Configuration.Toml;

namespace RateSync.Fast.Configuration;

/// <summary>One key of a table, where it stands, and its value.</summary>
internal sealed record ConfigEntry(string Key, TomlPosition Position, ConfigNode Value);
