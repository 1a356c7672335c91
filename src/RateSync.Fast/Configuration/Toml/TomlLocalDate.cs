namespace RateSync.Fast.Configuration.Toml;

/// <summary>A day.</summary>
internal sealed class TomlLocalDate(DateOnly value, TomlPosition position) : TomlNode(position)
{
    internal DateOnly Value { get; } = value;

    internal override string Kind => "a local date";
}
