namespace RateSync.Fast.Configuration.Toml;

/// <summary>An integer of any base. One that needs more than 64 bits is an error of the document.</summary>
internal sealed class TomlInteger(long value, TomlPosition position) : TomlNode(position)
{
    internal readonly long Value = value;

    internal override string Kind => "an integer";
}
