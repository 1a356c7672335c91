using RateSync.Fast.Configuration.Toml;

namespace RateSync.Fast.Tests.Configuration.Toml;

/// <summary>Sections "Integer", "Float" and "Boolean" of the specification.</summary>
public class Numbers
{
    [Theory]
    [InlineData("0", 0)]
    [InlineData("+0", 0)]
    [InlineData("-0", 0)]
    [InlineData("+99", 99)]
    [InlineData("-17", -17)]
    [InlineData("1_000_0", 10_000)]
    [InlineData("9223372036854775807", long.MaxValue)]
    [InlineData("-9223372036854775808", long.MinValue)]
    [InlineData("0xDEAD_beef", 0xDEADBEEF)]
    [InlineData("0x7fffffffffffffff", long.MaxValue)]
    [InlineData("0x00", 0)]
    [InlineData("0o0755", 493)]
    [InlineData("0o777777777777777777777", long.MaxValue)]
    [InlineData("0b1101_0110", 214)]
    public void Integers(string text, long value) => Assert.Equal(value, Documents.Value<TomlInteger>(text).Value);

    [Theory]
    [InlineData("9223372036854775808")]
    [InlineData("-9223372036854775809")]
    [InlineData("99999999999999999999999999")]
    [InlineData("0x8000000000000000")]
    [InlineData("0xffffffffffffffffffffffff")]
    [InlineData("0o1000000000000000000000")]
    public void Integers_beyond_64_bits_are_errors(string text) =>
        Assert.Equal(("an integer that fits 64 bits", $"'{text}'"), Words(Documents.Refused("x = " + text)));

    [Theory]
    [InlineData("01", "a number without leading zeros")]
    [InlineData("-01", "a number without leading zeros")]
    [InlineData("0_1", "a number without leading zeros")]
    [InlineData("00", "a number without leading zeros")]
    [InlineData("00.5", "a number without leading zeros")]
    [InlineData("03.14", "a number without leading zeros")]
    [InlineData("1__0", "underscores only between two digits")]
    [InlineData("1_", "underscores only between two digits")]
    [InlineData("0x_1", "underscores only between two digits")]
    [InlineData("1_.5", "underscores only between two digits")]
    [InlineData("1._5", "underscores only between two digits")]
    [InlineData("1e_5", "underscores only between two digits")]
    [InlineData("0x", "the digits of an integer")]
    [InlineData("0xg", "only digits of base 16 in an integer")]
    [InlineData("0o8", "only digits of base 8 in an integer")]
    [InlineData("0b2", "only digits of base 2 in an integer")]
    [InlineData("0X1", "0x, 0o or 0b (in lower case) before the digits of another base")]
    [InlineData("0a", "0x, 0o or 0b (in lower case) before the digits of another base")]
    [InlineData("0B1", "0x, 0o or 0b (in lower case) before the digits of another base")]
    [InlineData("1a", "only digits of base 10 in an integer")]
    [InlineData("1-1", "only digits of base 10 in an integer")]
    [InlineData("+0x1", "no sign before a hexadecimal, octal or binary integer")]
    [InlineData("-0b1", "no sign before a hexadecimal, octal or binary integer")]
    [InlineData("1.", "the digits of the fraction of a float")]
    [InlineData("1.e5", "the digits of the fraction of a float")]
    [InlineData("1e", "the digits of the exponent of a float")]
    [InlineData("1e+", "the digits of the exponent of a float")]
    [InlineData("1.5e-", "the digits of the exponent of a float")]
    [InlineData("1.2.3", "only digits of base 10 in the fraction of a float")]
    [InlineData("1e5.5", "only digits of base 10 in the exponent of a float")]
    [InlineData("1e5e5", "only digits of base 10 in the exponent of a float")]
    [InlineData("1e999", "a float that fits 64 bits, or inf")]
    public void Others_are_refused_with_the_reason(string text, string expected) =>
        Assert.Equal((expected, $"'{text}'"), Words(Documents.Refused("x = " + text)));

    [Theory]
    [InlineData("1.0", 1.0)]
    [InlineData("-0.01", -0.01)]
    [InlineData("5e+22", 5e22)]
    [InlineData("1e06", 1e6)]
    [InlineData("-2E-2", -0.02)]
    [InlineData("6.626e-34", 6.626e-34)]
    [InlineData("224_617.445_991_228", 224617.445991228)]
    [InlineData("0e0", 0.0)]
    [InlineData("1.5e-3", 0.0015)]
    [InlineData("1234e-3", 1.234)]
    [InlineData("1e-999", 0.0)]
    [InlineData("inf", double.PositiveInfinity)]
    [InlineData("+inf", double.PositiveInfinity)]
    [InlineData("-inf", double.NegativeInfinity)]
    [InlineData("nan", double.NaN)]
    [InlineData("+nan", double.NaN)]
    [InlineData("-nan", double.NaN)]
    public void Floats(string text, double value) => Assert.Equal(value, Documents.Value<TomlFloat>(text).Value);

    [Fact]
    public void Zero_keeps_its_sign() => Assert.True(double.IsNegative(Documents.Value<TomlFloat>("-0.0").Value));

    [Fact]
    public void Booleans()
    {
        Assert.True(Documents.Value<TomlBoolean>("true").Value);
        Assert.False(Documents.Value<TomlBoolean>("false").Value);
    }

    [Theory]
    [InlineData("True")]
    [InlineData("FALSE")]
    [InlineData("truer")]
    [InlineData("yes")]
    [InlineData("Inf")]
    [InlineData("+")]
    [InlineData(".5")]
    [InlineData("+.5")]
    [InlineData("_1")]
    [InlineData("--1")]
    [InlineData("infinity")]
    [InlineData("null")]
    public void Words_that_are_no_value_are_repeated(string text)
    {
        TomlException error = Documents.Refused("x = " + text);

        Assert.StartsWith("a value (", error.Expected, StringComparison.Ordinal);
        Assert.Equal($"'{text}'", error.Found);
    }

    [Fact]
    public void Long_ones_are_quoted_in_part() =>
        Assert.Equal($"'{new string('9', 40)}...'", Documents.Refused("x = " + new string('9', 100)).Found);

    private static (string Expected, string Found) Words(TomlException error) => (error.Expected, error.Found);
}
