using System.Globalization;
using System.Text;

namespace RateSync.Fast.Configuration.Toml;

/// <summary>Integers and floats.</summary>
internal ref partial struct TomlParser
{
    /// <summary>A word whose first character is a digit, after a sign or not, or that is <c>inf</c> or <c>nan</c>.</summary>
    private static TomlNode ParseNumber(ReadOnlySpan<byte> word, TomlPosition position)
    {
        bool signed = word[0] is (byte)'+' or (byte)'-';
        bool negative = word[0] == '-';
        ReadOnlySpan<byte> digits = word[(signed ? 1 : 0)..];
        if (digits[0] == 'i')
        {
            return new TomlFloat(negative ? double.NegativeInfinity : double.PositiveInfinity, position);
        }

        if (digits[0] == 'n')
        {
            return new TomlFloat(double.NaN, position);
        }

        int numberBase = digits.Length > 1 && digits[0] == '0' ? digits[1] switch { (byte)'x' => 16, (byte)'o' => 8, (byte)'b' => 2, _ => 10 } : 10;
        if (numberBase != 10)
        {
            return !signed ? new TomlInteger(ParseInteger(digits[2..], numberBase, negative: false, word, position), position)
                : throw BadNumber("no sign before a hexadecimal, octal or binary integer", word, position);
        }

        if (digits.Length > 1 && digits[0] == '0' && digits[1] is ((byte)'X' or (byte)'O' or (byte)'B'))
        {
            throw BadNumber("0x, 0o or 0b in lower case", word, position);
        }

        int whole = digits.IndexOfAny(".eE"u8);
        ReadOnlySpan<byte> integral = whole < 0 ? digits : digits[..whole];
        if (integral.Length > 1 && integral[0] == '0')
        {
            throw BadNumber("a number without leading zeros", word, position);
        }

        return whole < 0
            ? new TomlInteger(ParseInteger(digits, 10, negative, word, position), position)
            : new TomlFloat(ParseFloat(digits, whole, negative, word, position), position);
    }

    private static long ParseInteger(ReadOnlySpan<byte> digits, int numberBase, bool negative, ReadOnlySpan<byte> word, TomlPosition position)
    {
        CheckDigits(digits, numberBase, "an integer", word, position);

        // Negative, because long has one negative number more than positive ones.
        long value = 0;
        foreach (byte digit in digits)
        {
            if (digit == '_')
            {
                continue;
            }

            int worth = ValueOf(digit);
            if (value < (long.MinValue + worth) / numberBase || (value = (value * numberBase) - worth) > 0)
            {
                throw BadNumber("an integer that fits 64 bits", word, position);
            }
        }

        return negative ? value : value != long.MinValue ? -value : throw BadNumber("an integer that fits 64 bits", word, position);
    }

    /// <summary><c>1.5</c>, <c>1e5</c>, <c>1.5e-5</c>: on both sides of the point, and in the exponent, there is at least one digit.</summary>
    private static double ParseFloat(ReadOnlySpan<byte> digits, int whole, bool negative, ReadOnlySpan<byte> word, TomlPosition position)
    {
        CheckDigits(digits[..whole], 10, "a float", word, position);
        int exponent = digits.IndexOfAny("eE"u8);
        if (digits[whole] == '.')
        {
            CheckDigits(digits[(whole + 1)..(exponent < 0 ? digits.Length : exponent)], 10, "the fraction of a float", word, position);
        }

        if (exponent >= 0)
        {
            int start = exponent + 1;
            start += start < digits.Length && digits[start] is (byte)'+' or (byte)'-' ? 1 : 0;
            CheckDigits(digits[start..], 10, "the exponent of a float", word, position);
        }

        string text = Encoding.ASCII.GetString(digits).Replace("_", "", StringComparison.Ordinal);
        double value = double.Parse(text, NumberStyles.Float, CultureInfo.InvariantCulture);
        return double.IsFinite(value) ? (negative ? -value : value) : throw BadNumber("a float that fits 64 bits, or inf", word, position);
    }

    /// <summary>At least one digit, and underscores only between two.</summary>
    private static void CheckDigits(ReadOnlySpan<byte> digits, int numberBase, string what, ReadOnlySpan<byte> word, TomlPosition position)
    {
        if (digits.IsEmpty)
        {
            throw BadNumber($"the digits of {what}", word, position);
        }

        for (int i = 0; i < digits.Length; i++)
        {
            if (digits[i] == '_')
            {
                if (i == 0 || i == digits.Length - 1 || digits[i - 1] == '_')
                {
                    throw BadNumber("underscores only between two digits", word, position);
                }
            }
            else if (ValueOf(digits[i]) >= numberBase)
            {
                throw BadNumber($"only digits of base {numberBase} in {what}", word, position);
            }
        }
    }

    private static int ValueOf(byte digit) => digit switch
    {
        >= (byte)'0' and <= (byte)'9' => digit - '0',
        >= (byte)'a' and <= (byte)'f' => digit - 'a' + 10,
        >= (byte)'A' and <= (byte)'F' => digit - 'A' + 10,
        _ => int.MaxValue,
    };

    private static TomlException BadNumber(string expected, ReadOnlySpan<byte> word, TomlPosition position) =>
        new(position, expected, Quote(Encoding.ASCII.GetString(word)));
}
