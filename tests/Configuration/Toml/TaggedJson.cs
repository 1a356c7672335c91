using System.Globalization;
using System.Text.Json;
using RateSync.Fast.Configuration.Toml;

namespace RateSync.Fast.Tests.Configuration.Toml;

/// <summary>What toml-test expects: tables are objects, arrays are arrays, any other value is an object of a type and a value.</summary>
internal static class TaggedJson
{
    /// <summary>Where the two differ, and null if they do not.</summary>
    internal static string? Difference(JsonElement expected, TomlNode actual, string path = "") => (expected.ValueKind, actual) switch
    {
        (JsonValueKind.Array, TomlArray array) => DifferenceOfArrays(expected, array, path),
        (JsonValueKind.Object, TomlTable table) => DifferenceOfTables(expected, table, path),
        (JsonValueKind.Object, not TomlArray) when IsValue(expected) => DifferenceOfValues(expected, actual, path),
        _ => $"{path}: {expected.ValueKind} became {actual.Kind}",
    };

    private static bool IsValue(JsonElement expected) => expected.EnumerateObject().Count() == 2
        && expected.TryGetProperty("type", out JsonElement type) && type.ValueKind == JsonValueKind.String
        && expected.TryGetProperty("value", out JsonElement value) && value.ValueKind == JsonValueKind.String;

    private static string? DifferenceOfArrays(JsonElement expected, TomlArray actual, string path)
    {
        if (expected.GetArrayLength() != actual.Items.Count)
        {
            return $"{path}: {expected.GetArrayLength()} items became {actual.Items.Count}";
        }

        return expected.EnumerateArray().Select((item, i) => Difference(item, actual.Items[i], $"{path}[{i}]"))
            .FirstOrDefault(static text => text != null);
    }

    private static string? DifferenceOfTables(JsonElement expected, TomlTable actual, string path)
    {
        string[] keys = [.. expected.EnumerateObject().Select(static property => property.Name).Order(StringComparer.Ordinal)];
        string[] found = [.. actual.Entries.Select(static entry => entry.Key).Order(StringComparer.Ordinal)];
        if (!keys.SequenceEqual(found))
        {
            return $"{path}: the keys {string.Join(' ', keys)} became {string.Join(' ', found)}";
        }

        return keys.Select(key => Difference(expected.GetProperty(key), actual[key]!, $"{path}.{key}"))
            .FirstOrDefault(static text => text != null);
    }

    private static string? DifferenceOfValues(JsonElement expected, TomlNode actual, string path)
    {
        string type = expected.GetProperty("type").GetString()!;
        string value = expected.GetProperty("value").GetString()!;
        bool same = (type, actual) switch
        {
            ("string", TomlString text) => text.Value == value,
            ("integer", TomlInteger integer) => integer.Value == long.Parse(value, CultureInfo.InvariantCulture),
            ("float", TomlFloat number) => number.Value.Equals(ParseFloat(value)),
            ("bool", TomlBoolean boolean) => boolean.Value == (value == "true"),
            ("datetime", TomlOffsetDateTime moment) => IsMoment(value, moment),
            ("datetime-local", TomlLocalDateTime local) => local.Value == DateTime.Parse(value, CultureInfo.InvariantCulture),
            ("date-local", TomlLocalDate date) => date.Value == DateOnly.Parse(value, CultureInfo.InvariantCulture),
            ("time-local", TomlLocalTime time) => time.Value == TimeOnly.Parse(value, CultureInfo.InvariantCulture),
            _ => false,
        };
        return same ? null : $"{path}: {type} {value} became {actual.Kind} that is not it";
    }

    private static double ParseFloat(string value) => value switch
    {
        "inf" or "+inf" => double.PositiveInfinity,
        "-inf" => double.NegativeInfinity,
        "nan" or "+nan" or "-nan" => double.NaN,
        _ => double.Parse(value, CultureInfo.InvariantCulture),
    };

    private static bool IsMoment(string value, TomlOffsetDateTime actual)
    {
        bool utc = value.EndsWith('Z');
        string local = value[..^(utc ? 1 : 6)];
        TimeSpan offset = utc ? TimeSpan.Zero : TimeSpan.Parse(value[^6..].TrimStart('+'), CultureInfo.InvariantCulture);
        return actual.Local == DateTime.Parse(local, CultureInfo.InvariantCulture) && actual.Offset == offset;
    }
}
