using System.Globalization;
using RateSync.Fast.Configuration.Toml;

namespace RateSync.Fast.Tests.Configuration.Toml;

/// <summary>The four sections on dates and times of the specification.</summary>
public class Dates
{
    [Theory]
    [InlineData("1979-05-27T07:32:00Z", "1979-05-27T07:32:00", 0)]
    [InlineData("1979-05-27t07:32:00z", "1979-05-27T07:32:00", 0)]
    [InlineData("1979-05-27 00:32:00.5-07:00", "1979-05-27T00:32:00.5", -7 * 60)]
    [InlineData("0001-01-01 00:00:00+23:59", "0001-01-01T00:00:00", (23 * 60) + 59)]
    [InlineData("9999-12-31 23:59:59.9999999-23:59", "9999-12-31T23:59:59.9999999", (-23 * 60) - 59)]
    public void With_an_offset(string text, string local, int minutes)
    {
        TomlOffsetDateTime value = Documents.Value<TomlOffsetDateTime>(text);

        Assert.Equal(DateTime.Parse(local, CultureInfo.InvariantCulture), value.Local);
        Assert.Equal(TimeSpan.FromMinutes(minutes), value.Offset);
    }

    [Fact]
    public void Without_an_offset()
    {
        Assert.Equal(new DateTime(1979, 5, 27, 7, 32, 1), Documents.Value<TomlLocalDateTime>("1979-05-27T07:32:01").Value);
        Assert.Equal(new DateTime(1979, 5, 27, 7, 32, 1), Documents.Value<TomlLocalDateTime>("1979-05-27 07:32:01 # after a space").Value);
        Assert.Equal(new DateOnly(2024, 2, 29), Documents.Value<TomlLocalDate>("2024-02-29 # no time").Value);
        Assert.Equal(new DateOnly(2024, 2, 29), Documents.Value<TomlLocalDate>("2024-02-29 ").Value);
        Assert.Equal(new TimeOnly(23, 59, 59), Documents.Value<TomlLocalTime>("23:59:59").Value);
    }

    [Fact]
    public void Digits_beyond_what_is_kept_are_cut_off() =>
        Assert.Equal(new TimeOnly(1_234_567), Documents.Value<TomlLocalTime>("00:00:00.123456799999").Value);

    [Fact]
    public void They_are_keys_too() => Assert.Equal(1, Documents.Parse("2024-02-29 = 1").IntegerAt("2024-02-29"));

    [Theory]
    [InlineData("2023-02-29", "a day of the calendar, from the year 1 on")]
    [InlineData("2023-13-01", "a day of the calendar, from the year 1 on")]
    [InlineData("2023-00-01", "a day of the calendar, from the year 1 on")]
    [InlineData("2023-04-31", "a day of the calendar, from the year 1 on")]
    [InlineData("2023-04-00", "a day of the calendar, from the year 1 on")]
    [InlineData("0000-01-01", "a day of the calendar, from the year 1 on")]
    [InlineData("2023-4-1", "a date as 2006-01-31")]
    [InlineData("2023-04", "a date as 2006-01-31")]
    [InlineData("2023-", "a date as 2006-01-31")]
    [InlineData("2023-0a-01", "digits in a date or time")]
    [InlineData("2023-04-01T", "a time as 15:04:05")]
    [InlineData("2023-04-01T07:32", "a time as 15:04:05")]
    [InlineData("2023-04-01 07:32", "a time as 15:04:05")]
    [InlineData("2023-04-01T7:32:00", "a time as 15:04:05")]
    [InlineData("07:32", "a time as 15:04:05")]
    [InlineData("2023-04-01x07:32:00", "'T' or a space between date and time")]
    [InlineData("2023-04-011", "'T' or a space between date and time")]
    [InlineData("24:00:00", "a time of day from 00:00:00 to 23:59:59")]
    [InlineData("23:60:00", "a time of day from 00:00:00 to 23:59:59")]
    [InlineData("23:59:60", "a time of day from 00:00:00 to 23:59:59")]
    [InlineData("23:59:5x", "digits in a date or time")]
    [InlineData("23:59:59.", "digits after the point of the seconds")]
    [InlineData("23:59:59Z", "nothing after the time")]
    [InlineData("2023-04-01T07:32:00+0700", "nothing after the time, or an offset as Z or +07:30")]
    [InlineData("2023-04-01T07:32:00+7:00", "nothing after the time, or an offset as Z or +07:30")]
    [InlineData("2023-04-01T07:32:00ZZ", "nothing after the time, or an offset as Z or +07:30")]
    [InlineData("2023-04-01T07:32:00+24:00", "an offset from -23:59 to +23:59")]
    [InlineData("2023-04-01T07:32:00-07:60", "an offset from -23:59 to +23:59")]
    public void Others_are_refused_with_the_reason(string text, string expected)
    {
        TomlException error = Documents.Refused("x = " + text);

        Assert.Equal((1, 5, expected, $"'{text}'"), (error.Line, error.Column, error.Expected, error.Found));
    }
}
