using RateSync.Fast.Configuration.Toml;

namespace RateSync.Fast.Tests.Configuration.Toml;

/// <summary>Trees of values, whatever the text they came from.</summary>
internal static class Trees
{
    internal static TomlPosition Nowhere => new(1, 1);

    internal static TomlTable Table(int depth = 0) => new(Nowhere, TomlTableOrigin.Inline, depth);

    internal static void Put(this TomlTable table, string key, TomlNode value) => table.Add(new TomlEntry(key, Nowhere, value));

    /// <summary>The same values under the same keys. The order of keys is not part of what a document says.</summary>
    internal static bool Same(TomlNode one, TomlNode other) => (one, other) switch
    {
        (TomlTable a, TomlTable b) => a.Entries.Count == b.Entries.Count
            && a.Entries.All(entry => b.TryGet(entry.Key, out TomlEntry? found) && Same(entry.Value, found.Value)),
        (TomlArray a, TomlArray b) => a.Items.Count == b.Items.Count
            && a.Items.Zip(b.Items).All(static pair => Same(pair.First, pair.Second)),
        (TomlString a, TomlString b) => string.Equals(a.Value, b.Value, StringComparison.Ordinal),
        (TomlInteger a, TomlInteger b) => a.Value == b.Value,
        (TomlFloat a, TomlFloat b) => double.IsNaN(a.Value)
            ? double.IsNaN(b.Value)
            : BitConverter.DoubleToInt64Bits(a.Value) == BitConverter.DoubleToInt64Bits(b.Value),
        (TomlBoolean a, TomlBoolean b) => a.Value == b.Value,
        (TomlOffsetDateTime a, TomlOffsetDateTime b) => a.Local == b.Local && a.Offset == b.Offset,
        (TomlLocalDateTime a, TomlLocalDateTime b) => a.Value == b.Value,
        (TomlLocalDate a, TomlLocalDate b) => a.Value == b.Value,
        (TomlLocalTime a, TomlLocalTime b) => a.Value == b.Value,
        _ => false,
    };
}
