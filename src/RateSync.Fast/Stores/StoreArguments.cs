namespace RateSync.Fast.Stores;

/// <summary>Checks of the members of operations. They name the member, as a caller sees it.</summary>
internal static class StoreArguments
{
    /// <summary>What a store remembers, it remembers for at most this long.</summary>
    private static readonly TimeSpan s_longest = TimeSpan.FromDays(3660);

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

    public static void CheckLifetime(TimeSpan timeToLive, TimeSpan margin)
    {
        CheckLeast(timeToLive, TimeSpan.Zero, nameof(timeToLive));
        CheckMost(timeToLive, s_longest, nameof(timeToLive));
        CheckLeast(margin, TimeSpan.Zero, nameof(margin));
        CheckMost(margin, s_longest, nameof(margin));
    }

    public static void CheckDuration(TimeSpan duration)
    {
        CheckLeast(duration, TimeSpan.FromTicks(1), nameof(duration));
        CheckMost(duration, s_longest, nameof(duration));
    }
}
