namespace RateSync.Fast.Configuration.Toml;

/// <summary>A time of day. Digits beyond 100 ns are cut off, as the specification asks.</summary>
internal sealed class TomlLocalTime(TimeOnly value, TomlPosition position) : TomlNode(position)
{
    internal TimeOnly Value { get; } = value;

    internal override string Kind => "a local time";
}
