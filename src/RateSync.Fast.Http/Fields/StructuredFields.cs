using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text;

namespace RateSync.Fast.Http.Fields;

/// <summary>
/// Reads lists and dictionaries of structured fields (RFC 9651, section 4.2). Strict, as that asks for: what is not well formed is no
/// field at all.
/// </summary>
internal ref struct StructuredFields
{
    // Longer ones are no rate limits; and nobody gets to keep us busy.
    private const int MaxLength = 8 * 1024;
    private const int MaxDigits = 15;
    private const int MaxWholeDigits = 12;
    private const int MaxDecimals = 3;

    private readonly ReadOnlySpan<char> _text;
    private int _at;

    private StructuredFields(ReadOnlySpan<char> text)
    {
        _text = text;
    }

    private readonly char Next => _at < _text.Length ? _text[_at] : '\0';

    /// <summary>Reads <c>member, member, ...</c>.</summary>
    public static bool TryParseList(string text, [NotNullWhen(true)] out List<StructuredItem>? items)
    {
        items = [];
        StructuredFields fields = new(text);
        if (text.Length <= MaxLength && fields.TryReadMembers(items, null))
        {
            return true;
        }

        items = null;
        return false;
    }

    /// <summary>Reads <c>key=member, key, ...</c>. The last of equal keys counts.</summary>
    public static bool TryParseDictionary(string text, [NotNullWhen(true)] out Dictionary<string, StructuredItem>? items)
    {
        items = new(StringComparer.Ordinal);
        StructuredFields fields = new(text);
        if (text.Length <= MaxLength && fields.TryReadMembers(null, items))
        {
            return true;
        }

        items = null;
        return false;
    }

    private bool TryReadMembers(List<StructuredItem>? list, Dictionary<string, StructuredItem>? dictionary)
    {
        Skip(" ");
        if (_at == _text.Length)
        {
            return true;
        }

        while (true)
        {
            string key = "";
            if (dictionary is not null && !TryReadKey(out key))
            {
                return false;
            }

            // A key alone stands for true.
            StructuredValue value = default;
            if ((dictionary is null || Take('=')) && !(Next == '(' ? TryReadInnerList() : TryReadBareItem(out value)))
            {
                return false;
            }

            if (!TryReadParameters(out Dictionary<string, StructuredValue> parameters))
            {
                return false;
            }

            StructuredItem item = new(value, parameters);
            list?.Add(item);
            dictionary?[key] = item;
            Skip(" \t");
            if (_at == _text.Length)
            {
                return true;
            }

            if (!Take(','))
            {
                return false;
            }

            Skip(" \t");
            if (_at == _text.Length)
            {
                return false;
            }
        }
    }

    /// <summary>Inner lists mean nothing to us, but have to be well formed.</summary>
    private bool TryReadInnerList()
    {
        Take('(');
        while (true)
        {
            Skip(" ");
            if (Take(')'))
            {
                return true;
            }

            if (!TryReadBareItem(out _) || !TryReadParameters(out _) || (Next is not (' ' or ')')))
            {
                return false;
            }
        }
    }

    private bool TryReadParameters(out Dictionary<string, StructuredValue> parameters)
    {
        parameters = new(StringComparer.Ordinal);
        while (Take(';'))
        {
            Skip(" ");
            StructuredValue value = default;
            if (!TryReadKey(out string key) || (Take('=') && !TryReadBareItem(out value)))
            {
                return false;
            }

            parameters[key] = value;
        }

        return true;
    }

    private bool TryReadKey(out string key)
    {
        int start = _at;
        if (char.IsAsciiLetterLower(Next) || Next == '*')
        {
            while (char.IsAsciiLetterLower(Next) || char.IsAsciiDigit(Next) || Next is '_' or '-' or '.' or '*')
            {
                _at++;
            }
        }

        key = _text[start.._at].ToString();
        return key.Length > 0;
    }

    private bool TryReadBareItem(out StructuredValue value)
    {
        value = default;
        switch (Next)
        {
            case '-' or (>= '0' and <= '9'):
                return TryReadNumber(out value);
            case '"':
                return TryReadString(out value);
            case ':':
                return TryReadBytes();
            case '?':
                _at++;
                return Take('0') || Take('1');
            case '@':
                _at++;
                return TryReadNumber(out StructuredValue date) && date.Number == decimal.Truncate(date.Number!.Value);
            case '%':
                _at++;
                return Next == '"' && TryReadString(out value);
            case '*' or (>= 'A' and <= 'Z') or (>= 'a' and <= 'z'):
                value = new StructuredValue(null, ReadToken());
                return true;
            default:
                return false;
        }
    }

    private bool TryReadNumber(out StructuredValue value)
    {
        value = default;
        int start = _at;
        Take('-');
        int whole = ReadDigits();
        int decimals = 0;
        bool isDecimal = Take('.');
        if (isDecimal)
        {
            decimals = ReadDigits();
        }

        if (whole == 0 || (isDecimal ? whole > MaxWholeDigits || decimals is 0 or > MaxDecimals : whole > MaxDigits))
        {
            return false;
        }

        NumberStyles style = NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint;
        value = new StructuredValue(decimal.Parse(_text[start.._at], style, CultureInfo.InvariantCulture), "");
        return true;
    }

    private int ReadDigits()
    {
        int start = _at;
        while (char.IsAsciiDigit(Next))
        {
            _at++;
        }

        return _at - start;
    }

    private bool TryReadString(out StructuredValue value)
    {
        value = default;
        StringBuilder text = new();
        for (_at++; _at < _text.Length; _at++)
        {
            char c = _text[_at];
            if (c == '"')
            {
                _at++;
                value = new StructuredValue(null, text.ToString());
                return true;
            }

            if (c == '\\')
            {
                _at++;
                c = Next;
                if (c is not ('"' or '\\'))
                {
                    return false;
                }
            }
            else if (c is < ' ' or > '~')
            {
                return false;
            }

            text.Append(c);
        }

        return false;
    }

    private bool TryReadBytes()
    {
        int length = _text[(_at + 1)..].IndexOf(':');
        if (length < 0)
        {
            return false;
        }

        ReadOnlySpan<char> content = _text.Slice(_at + 1, length);
        _at += length + 2;
        foreach (char c in content)
        {
            if (!char.IsAsciiLetterOrDigit(c) && c is not ('+' or '/' or '='))
            {
                return false;
            }
        }

        return true;
    }

    private string ReadToken()
    {
        int start = _at;
        while (char.IsAsciiLetterOrDigit(Next) || "!#$%&'*+-.^_`|~:/".Contains(Next, StringComparison.Ordinal))
        {
            _at++;
        }

        return _text[start.._at].ToString();
    }

    private void Skip(string characters)
    {
        while (_at < _text.Length && characters.Contains(_text[_at], StringComparison.Ordinal))
        {
            _at++;
        }
    }

    private bool Take(char expected)
    {
        bool isNext = _at < _text.Length && _text[_at] == expected;
        _at += isNext ? 1 : 0;
        return isNext;
    }
}
