using System.Text;

namespace RateSync.Fast.Configuration.Toml;

/// <summary>Values: by their first character.</summary>
internal ref partial struct TomlParser
{
    private const string AnyValue = "a value (a string in quotes, number, true or false, date, time, [array] or {inline table})";

    private TomlNode ParseValue(int depth)
    {
        TomlPosition position = Position;
        return Current switch
        {
            '"' => new TomlString(IsAt("\"\"\""u8) ? ParseMultiLineString('"') : ParseBasicString(), position),
            '\'' => new TomlString(IsAt("'''"u8) ? ParseMultiLineString('\'') : ParseLiteralString(), position),
            '[' => ParseArray(depth + 1),
            '{' => ParseInlineTable(depth + 1),
            _ => ParseWord(position),
        };
    }

    private TomlArray ParseArray(int depth)
    {
        CheckDepth(depth, Position);
        TomlArray array = new(Position, ofTables: false);
        Advance();
        while (true)
        {
            SkipBlanksAndLines();
            if (Current == ']')
            {
                break;
            }

            array.Add(Current == End ? throw Unexpected(ClosingOf(array, "]")) : ParseValue(depth));
            SkipBlanksAndLines();
            if (Current != ',')
            {
                break;
            }

            Advance();
        }

        Expect(']', $"',' or {ClosingOf(array, "]")}");
        return array;
    }

    private TomlTable ParseInlineTable(int depth)
    {
        CheckDepth(depth, Position);
        TomlTable table = new(Position, TomlTableOrigin.Inline, depth);
        Advance();
        SkipBlanks();
        string expected = "a key or '}'";
        while (Current != '}' || table.Entries.Count > 0)
        {
            ParseKeyValue(table, TomlTableOrigin.Dotted, expected);
            SkipBlanks();
            if (Current != ',')
            {
                break;
            }

            Advance();
            SkipBlanks();
            expected = "a key after ',' (an inline table is one line and has no comma at its end)";
        }

        Expect('}', $"',' or {ClosingOf(table, "}")}");
        return table;
    }

    private static string ClosingOf(TomlNode node, string bracket) => $"'{bracket}' to end the {node.Kind[(node.Kind.IndexOf(' ') + 1)..]} of {node.Position}";

    /// <summary>All values without brackets and quotes. Their characters are read up to the first that none of them has, and then judged.</summary>
    private TomlNode ParseWord(TomlPosition position)
    {
        int start = _at;
        while (IsWord(Current))
        {
            Advance();
        }

        // The one value with a blank in it: a date, one space, a time.
        if (_at - start == 10 && Current == ' ' && IsDigit(Ahead(1)) && IsDigit(Ahead(2)) && StartsAsDate(_source[start..]))
        {
            do
            {
                Advance();
            }
            while (IsWord(Current));
        }

        ReadOnlySpan<byte> word = _source[start.._at];
        if (word.IsEmpty)
        {
            throw Unexpected(AnyValue);
        }

        if (word.SequenceEqual("true"u8) || word.SequenceEqual("false"u8))
        {
            return new TomlBoolean(word[0] == 't', position);
        }

        ReadOnlySpan<byte> unsigned = word[(word[0] is (byte)'+' or (byte)'-' ? 1 : 0)..];
        if (StartsAsDate(word) || StartsAsTime(word))
        {
            return ParseDateOrTime(word, position);
        }

        if ((unsigned.Length > 0 && IsDigit(unsigned[0])) || unsigned.SequenceEqual("inf"u8) || unsigned.SequenceEqual("nan"u8))
        {
            return ParseNumber(word, position);
        }

        throw new TomlException(position, AnyValue, Quote(Encoding.ASCII.GetString(word)));
    }

    private static bool StartsAsDate(ReadOnlySpan<byte> word) => word.Length > 4 && word[4] == '-' && !word[..4].ContainsAnyExceptInRange((byte)'0', (byte)'9');

    private static bool StartsAsTime(ReadOnlySpan<byte> word) => word.Length > 2 && word[2] == ':' && !word[..2].ContainsAnyExceptInRange((byte)'0', (byte)'9');

    private static bool IsWord(int character) => IsBareKey(character) || character is '+' or '.' or ':';

    private static bool IsDigit(int character) => character is >= '0' and <= '9';
}
