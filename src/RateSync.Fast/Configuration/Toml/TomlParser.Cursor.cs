using System.Text;

namespace RateSync.Fast.Configuration.Toml;

/// <summary>Where the parser is, and what stands there.</summary>
internal ref partial struct TomlParser
{
    /// <summary>What <see cref="Current"/> is after the last byte: no byte has this value.</summary>
    private const int End = -1;

    private readonly int Current => _at < _source.Length ? _source[_at] : End;

    private readonly TomlPosition Position => new(_line, _at - _lineStart + 1);

    private readonly int Ahead(int count) => _at + count < _source.Length ? _source[_at + count] : End;

    private readonly bool IsAt(ReadOnlySpan<byte> text) => _source[_at..].StartsWith(text);

    private void Advance() => _at++;

    private void Expect(char character, string expected)
    {
        if (Current != character)
        {
            throw Unexpected(expected);
        }

        Advance();
    }

    private void SkipBlanks()
    {
        while (Current is ' ' or '\t')
        {
            Advance();
        }
    }

    /// <summary>LF or CR LF. A CR alone is no line end, and nothing else either.</summary>
    private bool TryNewLine()
    {
        int length = Current == '\n' ? 1 : Current == '\r' && Ahead(1) == '\n' ? 2 : 0;
        if (length == 0)
        {
            return false;
        }

        _at += length;
        _line++;
        _lineStart = _at;
        return true;
    }

    private void SkipComment()
    {
        Advance();
        while (Current != End && !IsAtNewLine())
        {
            AdvanceOverText("a comment");
        }
    }

    private readonly bool IsAtNewLine() => Current == '\n' || (Current == '\r' && Ahead(1) == '\n');

    /// <summary>Blanks, line ends and comments, as they may stand between the items of an array.</summary>
    private void SkipBlanksAndLines()
    {
        while (true)
        {
            SkipBlanks();
            if (Current == '#')
            {
                SkipComment();
            }

            if (!TryNewLine())
            {
                return;
            }
        }
    }

    /// <summary>One character of a comment or a string: anything but a control character other than tab, in valid UTF-8.</summary>
    private void AdvanceOverText(string place)
    {
        int current = Current;
        if (current is (< ' ' and not '\t') or 0x7F)
        {
            throw Unexpected("text without control characters in " + place);
        }

        if (current < 0x80)
        {
            Advance();
            return;
        }

        AdvanceOverRune();
    }

    private void AdvanceOverRune()
    {
        if (Rune.DecodeFromUtf8(_source[_at..], out _, out int length) != System.Buffers.OperationStatus.Done)
        {
            throw Unexpected("valid UTF-8");
        }

        _at += length;
        _lineStart += length - 1;
    }
}
