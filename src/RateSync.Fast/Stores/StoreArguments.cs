namespace RateSync.Fast.Stores;

/// <summary>Checks of the members of operations. They name the member, as a caller sees it.</summary>
internal static class StoreArguments
{
    /// <summary>What a store remembers, it remembers for at most this long.</summary>
    public static TimeSpan Longest { get; } = TimeSpan.FromDays(3660);

    public static void Check(bool right, string message, string member)
    {
        if (!right)
        {
            throw new ArgumentException(message, member);
        }
    }

    public static void CheckGiven(object? value, string member) => ArgumentNullException.ThrowIfNull(value, member);

    public static void CheckLeast<T>(T value, T least, string member)
        where T : IComparable<T> => ArgumentOutOfRangeException.ThrowIfLessThan(value, least, member);

    public static void CheckMost<T>(T value, T most, string member)
        where T : IComparable<T> => ArgumentOutOfRangeException.ThrowIfGreaterThan(value, most, member);

    /// <summary>A number that every engine can keep exactly, in a double too.</summary>
    public static void CheckNumber(long value, long least, string member)
    {
        CheckLeast(value, least, member);
        CheckMost(value, StoreOperation.MaxNumber, member);
    }

    /// <summary>Names are kept as UTF-8: two of them must not come to the same bytes.</summary>
    public static void CheckText(string value, string member)
    {
        if (!Utf8.IsText(value))
        {
            throw new ArgumentException("The text has half a surrogate pair in it.", member);
        }
    }

    public static void CheckLifetime(TimeSpan timeToLive, TimeSpan margin)
    {
        CheckLeast(timeToLive, TimeSpan.Zero, nameof(timeToLive));
        CheckMost(timeToLive, Longest, nameof(timeToLive));
        CheckLeast(margin, TimeSpan.Zero, nameof(margin));
        CheckMost(margin, Longest, nameof(margin));
    }

    public static void CheckDuration(TimeSpan duration)
    {
        CheckLeast(duration, TimeSpan.FromTicks(1), nameof(duration));
        CheckMost(duration, Longest, nameof(duration));
    }
}
