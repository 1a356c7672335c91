namespace RateSync.Fast.Algorithms;

/// <summary>
/// The word of a window limiter: which sub-window is the current one, how many permits were booked in it, how many chunks are
/// charged, and the line flag. Rolling over to the next sub-window and counting are steps on one word.
/// </summary>
/// <remarks>
/// From bit 63: permits booked, 32 bits | index of the sub-window, modulo 2^24 | chunks charged, 7 bits | line, 1 bit. What is booked in a
/// sub-window only grows: refunds are counted apart.
/// </remarks>
internal static class WindowHead
{
    public const int MaxArmed = 127;

    /// <summary>Most permits that can be booked in one sub-window, debts included; the field holds twice as many.</summary>
    public const long MaxCount = int.MaxValue;

    /// <summary>Most that the field can hold: permits that were granted and given back stay in it.</summary>
    public const long MaxBooked = uint.MaxValue;

    public const long LineBit = 1;

    private const int ArmedShift = 1;
    private const int IndexShift = 8;
    private const int CountShift = 32;
    private const long IndexMask = (1L << 24) - 1;

    public static long Pack(long index, long count, int armed, bool line) =>
        (count << CountShift) | ((index & IndexMask) << IndexShift) | ((long)armed << ArmedShift) | (line ? LineBit : 0);

    public static long Count(long head) => (long)((ulong)head >> CountShift);

    public static int Armed(long head) => (int)(head >> ArmedShift) & MaxArmed;

    public static bool HasLine(long head) => (head & LineBit) != 0;

    /// <summary>The full index, which is within 2^23 of <paramref name="near"/>.</summary>
    public static long Index(long head, long near) =>
        near + ((((head >> IndexShift) - near) << 40) >> 40);

    /// <summary>Whether the head is of that sub-window, with nothing charged and nobody in line.</summary>
    public static bool IsAlone(long head, long index) => (head & uint.MaxValue) == (index & IndexMask) << IndexShift;

    /// <summary>The same head with more booked.</summary>
    public static long Plus(long head, long permits) => head + (permits << CountShift);

    public static long WithLine(long head, bool line) => line ? head | LineBit : head & ~LineBit;
}
