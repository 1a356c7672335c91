using System.Text;

namespace RateSync.Fast.Configuration.Toml;

/// <summary>Dates and times: RFC 3339, section 5.6, of which a space may stand for the T.</summary>
internal ref partial struct TomlParser
{
    /// <summary>A word that starts with four digits and a dash, or two digits and a colon.</summary>
    private static TomlNode ParseDateOrTime(ReadOnlySpan<byte> word, TomlPosition position)
    {
        if (word[2] == ':')
        {
            TimeOnly alone = ParseTime(word, 0, out int end, position);
            return end == word.Length ? new TomlLocalTime(alone, position) : throw BadDate("nothing after the time", word, position);
        }

        DateOnly date = ParseDate(word, position);
        if (word.Length == 10)
        {
            return new TomlLocalDate(date, position);
        }

        if (word[10] is not ((byte)'T' or (byte)'t' or (byte)' '))
        {
            throw BadDate("'T' or a space between date and time", word, position);
        }

        TimeOnly time = ParseTime(word, 11, out int rest, position);
        DateTime local = date.ToDateTime(time);
        return rest == word.Length
            ? new TomlLocalDateTime(local, position)
            : new TomlOffsetDateTime(local, ParseOffset(word, rest, position), position);
    }

    private static DateOnly ParseDate(ReadOnlySpan<byte> word, TomlPosition position)
    {
        if (word.Length < 10 || word[4] != '-' || word[7] != '-')
        {
            throw BadDate("a date as 2006-01-31", word, position);
        }

        int year = Number(word, 0, 4, position);
        int month = Number(word, 5, 2, position);
        int day = Number(word, 8, 2, position);
        if (year < 1 || month is < 1 or > 12 || day < 1 || day > DateTime.DaysInMonth(year, month))
        {
            throw BadDate("a day of the calendar, from the year 1 on", word, position);
        }

        return new DateOnly(year, month, day);
    }

    private static TimeOnly ParseTime(ReadOnlySpan<byte> word, int start, out int end, TomlPosition position)
    {
        end = start + 8;
        if (word.Length < end || word[start + 2] != ':' || word[start + 5] != ':')
        {
            throw BadDate("a time as 15:04:05", word, position);
        }

        int hour = Number(word, start, 2, position);
        int minute = Number(word, start + 3, 2, position);
        int second = Number(word, start + 6, 2, position);
        if (hour > 23 || minute > 59 || second > 59)
        {
            throw BadDate("a time of day from 00:00:00 to 23:59:59", word, position);
        }

        long ticks = 0;
        if (end < word.Length && word[end] == '.')
        {
            int first = ++end;
            for (long unit = TimeSpan.TicksPerSecond / 10; end < word.Length && IsDigit(word[end]); end++, unit /= 10)
            {
                ticks += unit * (word[end] - '0');
            }

            if (end == first)
            {
                throw BadDate("digits after the point of the seconds", word, position);
            }
        }

        return new TimeOnly((((((hour * 60L) + minute) * 60) + second) * TimeSpan.TicksPerSecond) + ticks);
    }

    private static TimeSpan ParseOffset(ReadOnlySpan<byte> word, int start, TomlPosition position)
    {
        ReadOnlySpan<byte> offset = word[start..];
        if (offset.Length == 1 && offset[0] is (byte)'Z' or (byte)'z')
        {
            return TimeSpan.Zero;
        }

        if (offset.Length != 6 || offset[0] is not ((byte)'+' or (byte)'-') || offset[3] != ':')
        {
            throw BadDate("nothing after the time, or an offset as Z or +07:30", word, position);
        }

        int hours = Number(word, start + 1, 2, position);
        int minutes = Number(word, start + 4, 2, position);
        if (hours > 23 || minutes > 59)
        {
            throw BadDate("an offset from -23:59 to +23:59", word, position);
        }

        TimeSpan ahead = new(hours, minutes, 0);
        return offset[0] == '-' ? -ahead : ahead;
    }

    private static int Number(ReadOnlySpan<byte> word, int start, int digits, TomlPosition position)
    {
        int value = 0;
        foreach (byte digit in word.Slice(start, digits))
        {
            value = IsDigit(digit) ? (value * 10) + (digit - '0') : throw BadDate("digits in a date or time", word, position);
        }

        return value;
    }

    private static TomlException BadDate(string expected, ReadOnlySpan<byte> word, TomlPosition position) =>
        new(position, expected, Quote(Encoding.ASCII.GetString(word)));
}
