using System.Globalization;
using System.Numerics;
using System.Text;
using RateSync.Fast.Configuration.Toml;

namespace RateSync.Fast.Tests.Configuration.Toml;

/// <summary>Keys and values as text, in a style that chance picks.</summary>
internal sealed class TomlValueText(Random random, string newLine)
{
    internal string Blanks() => random.Next(3) switch { 0 => " ", 1 => "", _ => " \t" };

    internal string Join(string path, string key) => path.Length == 0 ? Key(key) : $"{path}{Blanks()}.{Blanks()}{Key(key)}";

    internal string Value(TomlNode node) => node switch
    {
        TomlString text => Text(text.Value),
        TomlInteger integer => Integer(integer.Value),
        TomlFloat number => Float(number.Value),
        TomlBoolean boolean => boolean.Value ? "true" : "false",
        TomlOffsetDateTime moment => Local(moment.Local) + Offset(moment.Offset),
        TomlLocalDateTime local => Local(local.Value),
        TomlLocalDate date => date.Value.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture),
        TomlLocalTime time => Time(time.Value),
        TomlArray array => Array(array),
        TomlTable table => $"{{{Blanks()}{string.Join($"{Blanks()},{Blanks()}", Pairs("", table))}{Blanks()}}}",
        _ => throw new InvalidOperationException(node.Kind),
    };

    private string Key(string key)
    {
        bool bare = key.Length > 0 && key.All(static one => char.IsAsciiLetterOrDigit(one) || one is '-' or '_');
        return bare && random.Next(4) != 0 ? key : random.Next(2) == 0 && IsLiteral(key) ? $"'{key}'" : Basic(key);
    }

    private IEnumerable<string> Pairs(string prefix, TomlTable table) => table.Entries.SelectMany(entry =>
        entry.Value is TomlTable { Entries.Count: > 0 } inner && random.Next(2) == 0
            ? Pairs(Join(prefix, entry.Key), inner)
            : [$"{Join(prefix, entry.Key)}{Blanks()}={Blanks()}{Value(entry.Value)}"]);

    private string Array(TomlArray array)
    {
        StringBuilder text = new("[");
        for (int i = 0; i < array.Items.Count; i++)
        {
            bool comma = i < array.Items.Count - 1 || random.Next(3) == 0;
            text.Append(Gap()).Append(Value(array.Items[i])).Append(Gap()).Append(comma ? "," : "");
        }

        return text.Append(Gap()).Append(']').ToString();
    }

    private string Gap() => random.Next(6) switch { 0 => newLine, 1 => $"# ] 'é{newLine}{Blanks()}{newLine}", _ => Blanks() };

    private string Integer(long value)
    {
        if (value >= 0 && random.Next(3) == 0)
        {
            return random.Next(3) switch
            {
                0 => "0x" + value.ToString(random.Next(2) == 0 ? "x" : "X4", CultureInfo.InvariantCulture),
                1 => "0o" + Convert.ToString(value, 8),
                _ => "0b" + value.ToString("B", CultureInfo.InvariantCulture),
            };
        }

        string digits = BigInteger.Abs(value).ToString(CultureInfo.InvariantCulture);
        StringBuilder text = new(value < 0 ? "-" : random.Next(4) == 0 ? "+" : "");
        for (int i = 0; i < digits.Length; i++)
        {
            text.Append(digits[i]).Append(i < digits.Length - 1 && random.Next(8) == 0 ? "_" : "");
        }

        return text.ToString();
    }

    private string Float(double value)
    {
        if (!double.IsFinite(value))
        {
            return double.IsNaN(value) ? random.Next(2) == 0 ? "nan" : "-nan" : value > 0 ? random.Next(2) == 0 ? "inf" : "+inf" : "-inf";
        }

        string text = value.ToString("R", CultureInfo.InvariantCulture);
        text = random.Next(2) == 0 ? text.Replace('E', 'e') : text;
        return text.AsSpan().ContainsAny(".eE") ? text : text + (random.Next(2) == 0 ? ".0" : "e0");
    }

    private string Local(DateTime value) => DateOnly.FromDateTime(value).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture)
        + "Tt "[random.Next(3)] + Time(TimeOnly.FromDateTime(value));

    private string Time(TimeOnly value) =>
        value.ToString("HH:mm:ss", CultureInfo.InvariantCulture)
        + (value.Ticks % TimeSpan.TicksPerSecond != 0 || random.Next(3) == 0
            ? value.ToString(".fffffff", CultureInfo.InvariantCulture)
            : "")
        + (value.Ticks % TimeSpan.TicksPerSecond != 0 && random.Next(3) == 0 ? "99" : "");

    private string Offset(TimeSpan value) => value == TimeSpan.Zero && random.Next(2) == 0
        ? "Zz"[random.Next(2)].ToString()
        : (value < TimeSpan.Zero ? "-" : "+") + value.ToString(@"hh\:mm", CultureInfo.InvariantCulture);

    private string Text(string value) => random.Next(4) switch
    {
        0 when IsLiteral(value) => $"'{value}'",
        1 when IsLiteral(value.Replace("\n", "", StringComparison.Ordinal)) => $"'''{FirstLineEnd(value)}{Lines(value)}'''",
        2 => $"\"\"\"{FirstLineEnd(value)}{MultiLine(value)}\"\"\"",
        _ => Basic(value),
    };

    /// <summary>The first line end after the quotes is dropped, so a value that starts with one needs another.</summary>
    private string FirstLineEnd(string value) => value.StartsWith('\n') || random.Next(2) == 0 ? newLine : "";

    private string Lines(string value) => value.Replace("\n", newLine, StringComparison.Ordinal);

    private static bool IsLiteral(string value) => value.All(static one => one != '\'' && (one >= ' ' || one == '\t') && one != '\u007F');

    private string Basic(string value) => $"\"{string.Concat(value.EnumerateRunes().Select(Escaped))}\"";

    private string MultiLine(string value)
    {
        StringBuilder text = new();
        Rune[] runes = [.. value.EnumerateRunes()];
        for (int i = 0; i < runes.Length; i++)
        {
            if (!Rune.IsWhiteSpace(runes[i]) && random.Next(8) == 0)
            {
                text.Append('\\').Append(Blanks()).Append(newLine).Append(Blanks()).Append(newLine).Append(Blanks());
            }

            // Up to two quotes may stand for themselves, wherever they are.
            bool alone = runes[i].Value == '"' && i > 0 && i < runes.Length - 1 && runes[i - 1].Value != '"' && runes[i + 1].Value != '"';
            text.Append(runes[i].Value == '\n' && random.Next(2) == 0 ? newLine : alone ? "\"" : Escaped(runes[i]));
        }

        return text.ToString();
    }

    private string Escaped(Rune rune) => rune.Value switch
    {
        '\b' => "\\b",
        '\n' => "\\n",
        '\f' => "\\f",
        '\r' => random.Next(2) == 0 ? "\\r" : "\\u000d",
        '"' => "\\\"",
        '\\' => "\\\\",
        '\t' => random.Next(2) == 0 ? "\\t" : "\t",
        < ' ' or 0x7F => $"\\u{rune.Value:X4}",
        _ => random.Next(8) == 0 ? $"\\U{rune.Value:x8}" : rune.ToString(),
    };
}
