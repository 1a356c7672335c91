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
            ParseKeyValue(table, expected);
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

    private static string ClosingOf(TomlNode node, string bracket) =>
        $"'{bracket}' to end the {node.Kind[(node.Kind.IndexOf(' ') + 1)..]} of {node.Position}";

    /// <summary>A value without brackets and quotes: all characters that such values have, which are then judged as a whole.</summary>
    private TomlNode ParseWord(TomlPosition position)
    {
        int start = _at;
        SkipWord();

        // The one value with a blank in it: a date, one space, a time.
        bool time = Current == ' ' && TomlWord.IsDigit(Ahead(1)) && TomlWord.IsDigit(Ahead(2));
        if (time && _at - start == 10 && TomlDate.Starts(_source[start.._at]))
        {
            Advance();
            SkipWord();
        }

        ReadOnlySpan<byte> text = _source[start.._at];
        if (text.IsEmpty)
        {
            throw Unexpected(AnyValue);
        }

        if (text.SequenceEqual("true"u8) || text.SequenceEqual("false"u8))
        {
            return new TomlBoolean(text[0] == 't', position);
        }

        TomlWord word = new(text, position);
        if (TomlDate.Starts(text) || TomlDate.TimeStarts(text))
        {
            return TomlDate.Parse(word);
        }

        ReadOnlySpan<byte> unsigned = text[(text[0] is (byte)'+' or (byte)'-' ? 1 : 0)..];
        bool number = (unsigned.Length > 0 && TomlWord.IsDigit(unsigned[0]))
            || unsigned.SequenceEqual("inf"u8) || unsigned.SequenceEqual("nan"u8);
        return number ? TomlNumber.Parse(word) : throw word.Refuse(AnyValue);
    }

    private void SkipWord()
    {
        while (IsBareKey(Current) || Current is '+' or '.' or ':')
        {
            Advance();
        }
    }
}
