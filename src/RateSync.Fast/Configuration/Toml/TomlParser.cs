using System.Text;

namespace RateSync.Fast.Configuration.Toml;

/// <summary>
/// TOML 1.0 (https://toml.io/en/v1.0.0; grammar: https://github.com/toml-lang/toml/blob/1.0.0/toml.abnf), in one pass over UTF-8 and in
/// time linear in its length. <see cref="MaxDepth"/> bounds what the document nests, so that neither this nor a reader of the tree needs
/// more stack than that.
/// A second of 60 (a leap second) is refused: no type of .NET can hold it.
/// </summary>
internal ref partial struct TomlParser
{
    /// <summary>Tables and arrays within each other. Documents that people write stay below ten.</summary>
    internal const int MaxDepth = 128;

    private readonly ReadOnlySpan<byte> _source;

    /// <summary>What a string says so far, if it is not simply what stands there.</summary>
    private readonly StringBuilder _text = new();

    private int _at;
    private int _line = 1;

    /// <summary>Where column 1 of this line would be if each code point before the cursor were one byte.</summary>
    private int _lineStart;

    private TomlParser(ReadOnlySpan<byte> utf8)
    {
        _source = utf8;
    }

    /// <summary>The document as a tree.</summary>
    /// <param name="utf8">The document; a byte order mark before it is skipped.</param>
    /// <exception cref="TomlException">The document is not TOML 1.0.</exception>
    internal static TomlTable Parse(ReadOnlySpan<byte> utf8)
    {
        TomlParser parser = new(utf8.StartsWith("\uFEFF"u8) ? utf8[3..] : utf8);
        return parser.ParseDocument();
    }

    private TomlTable ParseDocument()
    {
        TomlTable root = new(Position, TomlTableOrigin.Root, 0);
        TomlTable current = root;
        while (true)
        {
            SkipBlanks();
            switch (Current)
            {
                case End:
                    return root;
                case '\n' or '\r' or '#':
                    break;
                case '[':
                    current = ParseHeader(root);
                    break;
                default:
                    ParseKeyValue(current, "a key, a [table] header, a comment or the end of the line");
                    break;
            }

            FinishLine();
        }
    }

    /// <summary>What may follow a header or a value on its line: a comment, and the end.</summary>
    private void FinishLine()
    {
        SkipBlanks();
        if (Current == '#')
        {
            SkipComment();
        }

        if (Current != End && !TryNewLine())
        {
            throw Unexpected("the end of the line");
        }
    }

    /// <summary><c>[a.b]</c> or <c>[[a.b]]</c>: the table that the lines below add to.</summary>
    private TomlTable ParseHeader(TomlTable root)
    {
        Advance();
        bool ofArray = Current == '[';
        if (ofArray)
        {
            Advance();
        }

        TomlTable table = root;
        while (true)
        {
            SkipBlanks();
            TomlPosition position = Position;
            string key = ParseSimpleKey("the name of a table");
            SkipBlanks();
            if (Current != '.')
            {
                Expect(']', "']' or '.'");
                if (ofArray)
                {
                    Expect(']', "']]'");
                }

                return ofArray ? AppendToArray(table, key, position) : NameTable(table, key, position);
            }

            Advance();
            table = EnterByHeader(table, key, position);
        }
    }

    /// <summary>One part of a header's path before the last.</summary>
    private static TomlTable EnterByHeader(TomlTable table, string key, TomlPosition position)
    {
        if (!table.TryGet(key, out TomlEntry? entry))
        {
            return AddTable(table, key, position, TomlTableOrigin.Path);
        }

        return entry.Value switch
        {
            TomlTable { Origin: not TomlTableOrigin.Inline } below => below,
            TomlArray { IsOfTables: true } array => (TomlTable)array.Items[^1],
            _ => throw new TomlException(position, "the name of a table that headers may add to", Defined(entry)),
        };
    }

    private static TomlTable NameTable(TomlTable table, string key, TomlPosition position)
    {
        if (!table.TryGet(key, out TomlEntry? entry))
        {
            return AddTable(table, key, position, TomlTableOrigin.Header);
        }

        if (entry.Value is TomlTable { Origin: TomlTableOrigin.Path } named)
        {
            named.BecomeHeader();
            return named;
        }

        throw new TomlException(position, "the name of a table that is not defined yet", Defined(entry));
    }

    private static TomlTable AppendToArray(TomlTable table, string key, TomlPosition position)
    {
        TomlArray array;
        if (!table.TryGet(key, out TomlEntry? entry))
        {
            CheckDepth(table.Depth + 2, position);
            array = new TomlArray(position, ofTables: true);
            table.Add(new TomlEntry(key, position, array));
        }
        else if (entry.Value is TomlArray { IsOfTables: true } existing)
        {
            array = existing;
        }
        else
        {
            throw new TomlException(position, "the name of an array of tables, or a new name", Defined(entry));
        }

        TomlTable element = new(position, TomlTableOrigin.Header, table.Depth + 2);
        array.Add(element);
        return element;
    }

    private static TomlTable AddTable(TomlTable table, string key, TomlPosition position, TomlTableOrigin origin)
    {
        CheckDepth(table.Depth + 1, position);
        TomlTable added = new(position, origin, table.Depth + 1);
        table.Add(new TomlEntry(key, position, added));
        return added;
    }
}
