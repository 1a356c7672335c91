using System.Text;

namespace RateSync.Fast.Configuration.Toml;

/// <summary>The four forms of strings.</summary>
internal ref partial struct TomlParser
{
    private string ParseBasicString()
    {
        TomlPosition opened = Position;
        Advance();
        _text.Clear();
        int run = _at;
        while (Current != '"')
        {
            RequireSameLine(opened, "'\"'");
            if (Current == '\\')
            {
                Flush(run);
                ParseEscape();
                run = _at;
            }
            else
            {
                AdvanceOverText("a string");
            }
        }

        string value = Finish(run);
        Advance();
        return value;
    }

    private string ParseLiteralString()
    {
        TomlPosition opened = Position;
        Advance();
        _text.Clear();
        int run = _at;
        while (Current != '\'')
        {
            RequireSameLine(opened, "\"'\"");
            AdvanceOverText("a string");
        }

        string value = Finish(run);
        Advance();
        return value;
    }

    /// <summary>Three quotes of either kind, already seen, to the next three: only the basic kind knows escapes.</summary>
    private string ParseMultiLineString(char quote)
    {
        TomlPosition opened = Position;
        _at += 3;
        _text.Clear();
        TryNewLine();
        int run = _at;
        while (true)
        {
            if (Current == End)
            {
                throw Unexpected($"{quote}{quote}{quote} to end the string of {opened}");
            }

            if (Current == quote && Ahead(1) == quote && Ahead(2) == quote)
            {
                // Up to two quotes may stand right before the closing three.
                for (int i = 0; i < 2 && Ahead(3) == quote; i++)
                {
                    Advance();
                }

                string value = Finish(run);
                _at += 3;
                return value;
            }

            if (Current == '\\' && quote == '"')
            {
                Flush(run);
                if (!TrySkipLineEnding())
                {
                    ParseEscape();
                }

                run = _at;
            }
            else if (Current == '\r' && IsAtNewLine())
            {
                // What a string says must not depend on how the file was checked out.
                Flush(run);
                TryNewLine();
                _text.Append('\n');
                run = _at;
            }
            else if (!TryNewLine())
            {
                AdvanceOverText("a string");
            }
        }
    }

    /// <summary>A backslash at the end of a line: it, and all blanks and line ends up to the next character, say nothing.</summary>
    private bool TrySkipLineEnding()
    {
        int ahead = 1;
        while (Ahead(ahead) is ' ' or '\t')
        {
            ahead++;
        }

        if (Ahead(ahead) != '\n' && (Ahead(ahead) != '\r' || Ahead(ahead + 1) != '\n'))
        {
            return false;
        }

        _at += ahead;
        while (TryNewLine())
        {
            SkipBlanks();
        }

        return true;
    }

    private void ParseEscape()
    {
        int digits = 0;
        switch (Ahead(1))
        {
            case 'b':
                _text.Append('\b');
                break;
            case 't':
                _text.Append('\t');
                break;
            case 'n':
                _text.Append('\n');
                break;
            case 'f':
                _text.Append('\f');
                break;
            case 'r':
                _text.Append('\r');
                break;
            case '"':
                _text.Append('"');
                break;
            case '\\':
                _text.Append('\\');
                break;
            case 'u':
                digits = 4;
                break;
            case 'U':
                digits = 8;
                break;
            default:
                Advance();
                throw Unexpected("one of b t n f r \" \\ uXXXX UXXXXXXXX after '\\'");
        }

        if (digits > 0)
        {
            ParseCodePoint(digits);
        }

        _at += 2 + digits;
    }

    /// <summary>The cursor stays at the backslash, which is where an error about the number is shown.</summary>
    private readonly void ParseCodePoint(int digits)
    {
        uint value = 0;
        for (int i = 0; i < digits; i++)
        {
            int digit = TomlWord.ValueOf(Ahead(2 + i));
            if (digit >= 16)
            {
                TomlParser there = this;
                there._at += 2 + i;
                throw there.Unexpected($"{digits} hexadecimal digits after '\\{(char)Ahead(1)}'");
            }

            value = (value << 4) | (uint)digit;
        }

        if (!Rune.TryCreate(value, out Rune rune))
        {
            string what = value is >= 0xD800 and <= 0xDFFF ? "the surrogate" : "the number";
            throw new TomlException(Position, "the number of a Unicode character", $"{what} U+{value:X4}");
        }

        _text.Append(rune.ToString());
    }

    private readonly void RequireSameLine(TomlPosition opened, string closing)
    {
        if (Current is End or '\n' || IsAtNewLine())
        {
            throw Unended(opened, closing);
        }
    }

    private readonly TomlException Unended(TomlPosition opened, string closing) => Unexpected($"{closing} to end the string of {opened}");

    private readonly void Flush(int run) => _text.Append(Encoding.UTF8.GetString(_source[run.._at]));

    private readonly string Finish(int run)
    {
        if (_text.Length == 0)
        {
            return Encoding.UTF8.GetString(_source[run.._at]);
        }

        Flush(run);
        return _text.ToString();
    }
}
