using System.Text;
using RateSync.Fast.Configuration.Toml;

namespace RateSync.Fast.Tests.Configuration.Toml;

/// <summary>
/// A tree as a document, in a style that chance picks: tables as sections, dotted keys or braces, arrays of tables as double headers or
/// brackets, headers before or after those below them or left out, and blanks, comments and line ends wherever they may stand.
/// </summary>
internal sealed class TomlText
{
    private readonly Random _random;
    private readonly TomlValueText _values;
    private readonly StringBuilder _text = new();
    private readonly string _newLine;

    private TomlText(Random random)
    {
        _random = random;
        _newLine = random.Next(3) == 0 ? "\r\n" : "\n";
        _values = new TomlValueText(random, _newLine);
    }

    internal static string Write(TomlTable root, Random random)
    {
        TomlText text = new(random);
        text.Section("", null, root);
        return text._text.ToString();
    }

    /// <summary>The lines of a table, under its header if it has one, and the sections of what lies below.</summary>
    private void Section(string path, string? header, TomlTable table)
    {
        List<string> lines = [];
        List<(string Path, TomlNode Node)> below = [];
        bool dotted = Lines("", path, table, lines, below);
        for (int i = lines.Count - 1; i > 0; i--)
        {
            int other = _random.Next(i + 1);
            (lines[i], lines[other]) = (lines[other], lines[i]);
        }

        // A table of single brackets comes into being with the first header below it, too; its own may follow, or stay away.
        bool single = header is not null && !header.StartsWith("[[", StringComparison.Ordinal);
        bool implied = single && !dotted && below.Count > 0;
        bool late = implied && _random.Next(3) == 0;
        bool never = implied && !late && lines.Count == 0 && _random.Next(2) == 0;
        if (!late && !never)
        {
            Body(header, lines);
        }

        foreach ((string Path, TomlNode Node) next in below)
        {
            if (next.Node is TomlTable inner)
            {
                Section(next.Path, $"[{next.Path}]", inner);
            }
            else
            {
                foreach (TomlNode item in ((TomlArray)next.Node).Items)
                {
                    Section(next.Path, $"[[{next.Path}]]", (TomlTable)item);
                }
            }
        }

        if (late)
        {
            Body(header, lines);
        }
    }

    private void Body(string? header, List<string> lines)
    {
        if (header is not null)
        {
            Line(header);
        }

        lines.ForEach(Line);
    }

    /// <summary>Collects <c>key = value</c> lines, and what gets a section of its own. Whether a line makes a table by a dot.</summary>
    private bool Lines(string prefix, string path, TomlTable table, List<string> lines, List<(string Path, TomlNode Node)> below)
    {
        bool dotted = false;
        foreach (TomlEntry entry in table.Entries)
        {
            string full = _values.Join(path, entry.Key);
            int style = _random.Next(3);
            if (style == 0 && entry.Value is TomlTable)
            {
                below.Add((full, entry.Value));
            }
            else if (style != 1 && entry.Value is TomlArray { Items.Count: > 0 } array && array.Items.All(static item => item is TomlTable))
            {
                below.Add((full, entry.Value));
            }
            else if (style == 1 && entry.Value is TomlTable { Entries.Count: > 0 } inner)
            {
                Lines(_values.Join(prefix, entry.Key), full, inner, lines, below);
                dotted = true;
            }
            else
            {
                lines.Add($"{_values.Join(prefix, entry.Key)}{_values.Blanks()}={_values.Blanks()}{_values.Value(entry.Value)}");
            }
        }

        return dotted;
    }

    private void Line(string line)
    {
        if (_random.Next(6) == 0)
        {
            _text.Append(_values.Blanks()).Append("# a = [ 'é' \"").Append(_newLine);
        }

        _text.Append(_values.Blanks()).Append(line).Append(_values.Blanks()).Append(_random.Next(6) == 0 ? "# ]]" : "").Append(_newLine);
    }
}
