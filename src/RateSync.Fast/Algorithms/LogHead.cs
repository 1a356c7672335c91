namespace RateSync.Fast.Algorithms;

/// <summary>The word of an exact sliding window: where its log of grants ends, how long it is, and what it adds up to.</summary>
/// <remarks>
/// From bit 63: index of the next entry, modulo 2^29 | entries that count, 17 bits | permits that count, 17 bits | somebody
/// waits in line, 1 bit.
/// </remarks>
internal static class LogHead
{
    public const long LineBit = 1;
    public const long MaxUsed = (1L << 17) - 1;
    public const long IndexMask = (1L << 29) - 1;

    private const int UsedShift = 1;
    private const int LengthShift = 18;
    private const int IndexShift = 35;

    public static long Pack(long index, long length, long used, bool line) =>
        ((index & IndexMask) << IndexShift) | (length << LengthShift) | (used << UsedShift) | (line ? LineBit : 0);

    /// <summary>Index of the entry that is written next.</summary>
    public static long Index(long head) => (long)((ulong)head >> IndexShift);

    public static long Length(long head) => (head >> LengthShift) & MaxUsed;

    public static long Used(long head) => (head >> UsedShift) & MaxUsed;

    public static bool HasLine(long head) => (head & LineBit) != 0;

    /// <summary>Index of the oldest entry that counts.</summary>
    public static long Tail(long head) => (Index(head) - Length(head)) & IndexMask;
}
