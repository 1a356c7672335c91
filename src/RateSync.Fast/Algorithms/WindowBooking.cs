namespace RateSync.Fast.Algorithms;

/// <summary>Permits booked in, or given back to, one past sub-window: its index modulo 2^32 above its count.</summary>
internal static class WindowBooking
{
    public static long Pack(long index, long count) => (index << 32) | count;

    public static bool IsFor(long booking, long index) => (uint)(booking >> 32) == (uint)index;

    /// <summary>Whether a booking is for a sub-window after <paramref name="index"/>.</summary>
    public static bool IsLater(long booking, long index) => (int)((uint)(booking >> 32) - (uint)index) > 0;

    public static long CountFor(long booking, long index) => IsFor(booking, index) ? (uint)booking : 0;
}
