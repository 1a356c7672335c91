namespace RateSync.Fast.Configuration.Toml;

/// <summary>A date and a time of nowhere in particular. Digits beyond 100 ns are cut off, as the specification asks.</summary>
internal sealed class TomlLocalDateTime(DateTime value, TomlPosition position) : TomlNode(position)
{
    internal DateTime Value { get; } = value;

    internal override string Kind => "a local date-time";
}
