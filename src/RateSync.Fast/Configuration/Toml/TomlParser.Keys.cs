using System.Text;

namespace RateSync.Fast.Configuration.Toml;

/// <summary>Keys, and the tables that dotted ones make.</summary>
internal ref partial struct TomlParser
{
    /// <summary><c>a.b = 1</c>, into the table that the last header named or that braces enclose.</summary>
    private void ParseKeyValue(TomlTable table, string expected)
    {
        while (true)
        {
            TomlPosition position = Position;
            string key = ParseSimpleKey(expected);
            SkipBlanks();
            bool exists = table.TryGet(key, out TomlEntry? entry);
            if (Current == '.')
            {
                Advance();
                SkipBlanks();
                expected = "the next part of the key";
                table = !exists ? AddTable(table, key, position, TomlTableOrigin.Dotted)
                    : entry!.Value is TomlTable { Origin: TomlTableOrigin.Dotted } below ? below
                    : throw new TomlException(position, "a key of a table that dotted keys may add to", Defined(entry!));
                continue;
            }

            if (exists)
            {
                throw new TomlException(position, "a key that the table does not have yet", Defined(entry!));
            }

            Expect('=', "'=' or '.' after the key");
            SkipBlanks();
            table.Add(new TomlEntry(key, position, ParseValue(table.Depth)));
            return;
        }
    }

    /// <summary>One part of a key: bare, or a string of one line.</summary>
    private string ParseSimpleKey(string expected)
    {
        switch (Current)
        {
            case '"':
                return IsAt("\"\"\""u8) ? throw MultiLineKey("\"\"\"") : ParseBasicString();
            case '\'':
                return IsAt("'''"u8) ? throw MultiLineKey("'''") : ParseLiteralString();
        }

        int start = _at;
        while (IsBareKey(Current))
        {
            Advance();
        }

        return _at > start ? Encoding.ASCII.GetString(_source[start.._at]) : throw Unexpected(expected);
    }

    private readonly TomlException MultiLineKey(string quotes) => new(Position, "a key on one line", $"a multi-line string ({quotes})");

    private static bool IsBareKey(int character) =>
        character is (>= 'a' and <= 'z') or (>= 'A' and <= 'Z') or (>= '0' and <= '9') or '_' or '-';
}
