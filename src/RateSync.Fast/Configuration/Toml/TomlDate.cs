namespace RateSync.Fast.Configuration.Toml;

/// <summary>Dates and times: RFC 3339, section 5.6, of which a space may stand for the T.</summary>
internal static class TomlDate
{
    /// <summary>Four digits and a dash: no number and no other word starts like this.</summary>
    internal static bool Starts(ReadOnlySpan<byte> text) => StartsWithDigits(text, 4, '-');

    /// <summary>Two digits and a colon.</summary>
    internal static bool TimeStarts(ReadOnlySpan<byte> text) => StartsWithDigits(text, 2, ':');

    /// <summary>Of a word that starts as a date or a time does.</summary>
    internal static TomlNode Parse(TomlWord word)
    {
        ReadOnlySpan<byte> text = word.Text;
        if (TimeStarts(text))
        {
            TimeOnly alone = ParseTime(word, 0, out int end);
            return end == text.Length ? new TomlLocalTime(alone, word.Position) : throw word.Refuse("nothing after the time");
        }

        DateOnly date = ParseDate(word);
        if (text.Length == 10)
        {
            return new TomlLocalDate(date, word.Position);
        }

        if (text[10] is not ((byte)'T' or (byte)'t' or (byte)' '))
        {
            throw word.Refuse("'T' or a space between date and time");
        }

        TimeOnly time = ParseTime(word, 11, out int rest);
        DateTime local = date.ToDateTime(time);
        return rest == text.Length
            ? new TomlLocalDateTime(local, word.Position)
            : new TomlOffsetDateTime(local, ParseOffset(word, rest), word.Position);
    }

    private static DateOnly ParseDate(TomlWord word)
    {
        ReadOnlySpan<byte> text = word.Text;
        if (text.Length < 10 || text[4] != '-' || text[7] != '-')
        {
            throw word.Refuse("a date as 2006-01-31");
        }

        int year = Number(word, 0, 4);
        int month = Number(word, 5, 2);
        int day = Number(word, 8, 2);
        if (year < 1 || month is < 1 or > 12 || day < 1 || day > DateTime.DaysInMonth(year, month))
        {
            throw word.Refuse("a day of the calendar, from the year 1 on");
        }

        return new DateOnly(year, month, day);
    }

    private static TimeOnly ParseTime(TomlWord word, int start, out int end)
    {
        ReadOnlySpan<byte> text = word.Text;
        end = start + 8;
        if (text.Length < end || text[start + 2] != ':' || text[start + 5] != ':')
        {
            throw word.Refuse("a time as 15:04:05");
        }

        int hour = Number(word, start, 2);
        int minute = Number(word, start + 3, 2);
        int second = Number(word, start + 6, 2);
        if (hour > 23 || minute > 59 || second > 59)
        {
            throw word.Refuse("a time of day from 00:00:00 to 23:59:59");
        }

        long ticks = 0;
        if (end < text.Length && text[end] == '.')
        {
            int first = ++end;
            for (long unit = TimeSpan.TicksPerSecond / 10; end < text.Length && TomlWord.IsDigit(text[end]); end++, unit /= 10)
            {
                ticks += unit * (text[end] - '0');
            }

            if (end == first)
            {
                throw word.Refuse("digits after the point of the seconds");
            }
        }

        return new TimeOnly((((((hour * 60L) + minute) * 60) + second) * TimeSpan.TicksPerSecond) + ticks);
    }

    private static TimeSpan ParseOffset(TomlWord word, int start)
    {
        ReadOnlySpan<byte> offset = word.Text[start..];
        if (offset.Length == 1 && offset[0] is (byte)'Z' or (byte)'z')
        {
            return TimeSpan.Zero;
        }

        if (offset.Length != 6 || offset[0] is not ((byte)'+' or (byte)'-') || offset[3] != ':')
        {
            throw word.Refuse("nothing after the time, or an offset as Z or +07:30");
        }

        int hours = Number(word, start + 1, 2);
        int minutes = Number(word, start + 4, 2);
        if (hours > 23 || minutes > 59)
        {
            throw word.Refuse("an offset from -23:59 to +23:59");
        }

        TimeSpan ahead = new(hours, minutes, 0);
        return offset[0] == '-' ? -ahead : ahead;
    }

    private static int Number(TomlWord word, int start, int digits)
    {
        int value = 0;
        foreach (byte digit in word.Text.Slice(start, digits))
        {
            value = TomlWord.IsDigit(digit) ? (value * 10) + (digit - '0') : throw word.Refuse("digits in a date or time");
        }

        return value;
    }

    private static bool StartsWithDigits(ReadOnlySpan<byte> text, int digits, char next) =>
        text.Length > digits && text[digits] == next && !text[..digits].ContainsAnyExceptInRange((byte)'0', (byte)'9');
}
