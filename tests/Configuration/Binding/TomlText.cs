using System.Globalization;
using System.Text;
using RateSync.Fast.Configuration;

namespace RateSync.Fast.Tests.Configuration.Binding;

/// <summary>Prints a tree of options as a person would write it.</summary>
internal static class TomlText
{
    public static string Lines(ConfigNode table) =>
        string.Concat(table.Entries.Select(static entry => $"{entry.Key} = {Value(entry.Value)}\n"));

    public static string Quote(string text)
    {
        StringBuilder quoted = new("\"");
        foreach (char c in text)
        {
            quoted.Append(c switch
            {
                '$' => "$$",
                '"' or '\\' => "\\" + c,
                < ' ' or '\u007F' => string.Create(CultureInfo.InvariantCulture, $"\\u{(int)c:X4}"),
                _ => c.ToString(),
            });
        }

        return quoted.Append('"').ToString();
    }

    private static string Value(ConfigNode node) => node.Kind switch
    {
        ConfigKind.Table => "{ " + string.Join(", ", node.Entries.Select(static entry => $"{Quote(entry.Key)} = {Value(entry.Value)}")) + " }",
        ConfigKind.List => "[" + string.Join(", ", node.Items.Select(Value)) + "]",
        ConfigKind.Text => Quote(node.Text),
        ConfigKind.Integer => node.Integer.ToString(CultureInfo.InvariantCulture),
        ConfigKind.Float => Float(node.Float),
        ConfigKind.Boolean => node.Boolean ? "true" : "false",
        _ => throw new ArgumentException(node.KindName, nameof(node)),
    };

    private static string Float(double value)
    {
        string text = value.ToString("R", CultureInfo.InvariantCulture);
        return text.Contains('.', StringComparison.Ordinal) || text.Contains('E', StringComparison.Ordinal) ? text : text + ".0";
    }
}
