using System.Globalization;
using System.Text;

namespace RateSync.Fast.Configuration.Toml;

/// <summary>Integers and floats.</summary>
internal static class TomlNumber
{
    /// <summary>Of a word whose first character is a digit, after a sign or not, or that is <c>inf</c> or <c>nan</c>.</summary>
    internal static TomlNode Parse(TomlWord word)
    {
        bool signed = word.Text[0] is (byte)'+' or (byte)'-';
        bool negative = word.Text[0] == '-';
        ReadOnlySpan<byte> digits = word.Text[(signed ? 1 : 0)..];
        switch (digits[0])
        {
            case (byte)'i':
                return new TomlFloat(negative ? double.NegativeInfinity : double.PositiveInfinity, word.Position);
            case (byte)'n':
                return new TomlFloat(double.NaN, word.Position);
            case (byte)'0' when digits.Length > 1 && char.IsAsciiLetter((char)digits[1]) && digits[1] is not ((byte)'e' or (byte)'E'):
                return !signed ? new TomlInteger(ParseInteger(digits[2..], BaseOf(digits[1], word), negative: false, word), word.Position)
                    : throw word.Refuse("no sign before a hexadecimal, octal or binary integer");
        }

        int whole = FirstOf(digits, (byte)'.');
        ReadOnlySpan<byte> integral = whole < 0 ? digits : digits[..whole];
        if (integral.Length > 1 && integral[0] == '0')
        {
            throw word.Refuse("a number without leading zeros");
        }

        return whole < 0
            ? new TomlInteger(ParseInteger(digits, 10, negative, word), word.Position)
            : new TomlFloat(ParseFloat(digits, whole, negative, word), word.Position);
    }

    /// <summary>
    /// Where an exponent begins, or that other character stands; -1 if nowhere. A word is short, and this need not be made for its type
    /// first.
    /// </summary>
    private static int FirstOf(ReadOnlySpan<byte> digits, byte other)
    {
        for (int i = 0; i < digits.Length; i++)
        {
            if (digits[i] is (byte)'e' or (byte)'E' || digits[i] == other)
            {
                return i;
            }
        }

        return -1;
    }

    private static int BaseOf(byte letter, TomlWord word) => letter switch
    {
        (byte)'x' => 16,
        (byte)'o' => 8,
        (byte)'b' => 2,
        _ => throw word.Refuse("0x, 0o or 0b (in lower case) before the digits of another base"),
    };

    private static long ParseInteger(ReadOnlySpan<byte> digits, int numberBase, bool negative, TomlWord word)
    {
        CheckDigits(digits, numberBase, "an integer", word);

        // Negative, because long has one negative number more than positive ones.
        long value = 0;
        foreach (byte digit in digits)
        {
            if (digit == '_')
            {
                continue;
            }

            int worth = TomlWord.ValueOf(digit);
            value = value >= (long.MinValue + worth) / numberBase
                ? (value * numberBase) - worth
                : throw word.Refuse("an integer that fits 64 bits");
        }

        return negative ? value : value != long.MinValue ? -value : throw word.Refuse("an integer that fits 64 bits");
    }

    /// <summary><c>1.5</c>, <c>1e5</c>, <c>1.5e-5</c>: at least one digit on both sides of the point, and in the exponent.</summary>
    private static double ParseFloat(ReadOnlySpan<byte> digits, int whole, bool negative, TomlWord word)
    {
        CheckDigits(digits[..whole], 10, "a float", word);
        int exponent = FirstOf(digits, (byte)'E');
        if (digits[whole] == '.')
        {
            CheckDigits(digits[(whole + 1)..(exponent < 0 ? digits.Length : exponent)], 10, "the fraction of a float", word);
        }

        if (exponent >= 0)
        {
            int start = exponent + 1;
            start += start < digits.Length && digits[start] is (byte)'+' or (byte)'-' ? 1 : 0;
            CheckDigits(digits[start..], 10, "the exponent of a float", word);
        }

        string text = Encoding.ASCII.GetString(digits).Replace("_", "", StringComparison.Ordinal);
        double value = double.Parse(text, NumberStyles.Float, CultureInfo.InvariantCulture);
        return double.IsFinite(value) ? (negative ? -value : value) : throw word.Refuse("a float that fits 64 bits, or inf");
    }

    private static TomlException WrongDigit(int numberBase, string what, TomlWord word) => word.Refuse($"only digits of base {numberBase} in {what}");

    /// <summary>At least one digit, and underscores only between two.</summary>
    private static void CheckDigits(ReadOnlySpan<byte> digits, int numberBase, string what, TomlWord word)
    {
        if (digits.IsEmpty)
        {
            throw word.Refuse("the digits of " + what);
        }

        for (int i = 0; i < digits.Length; i++)
        {
            if (digits[i] == '_')
            {
                if (i == 0 || i == digits.Length - 1 || digits[i - 1] == '_')
                {
                    throw word.Refuse("underscores only between two digits");
                }
            }
            else if (TomlWord.ValueOf(digits[i]) >= numberBase)
            {
                throw WrongDigit(numberBase, what, word);
            }
        }
    }
}
