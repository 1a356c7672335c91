using RateSync.Fast.Configuration.Toml;

namespace RateSync.Fast.Configuration;

/// <summary>One key of a table, where it stands, and its value.</summary>
internal sealed class ConfigEntry(string key, TomlPosition position, ConfigNode value)
{
    public readonly string Key = key;
    public readonly TomlPosition Position = position;
    public readonly ConfigNode Value = value;
}
