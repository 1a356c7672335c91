using System.Numerics;

namespace RateSync.Fast.Algorithms;

/// <summary>A window limit: its sub-windows and what counts.</summary>
/// <param name="Limit">Permits in any window.</param>
/// <param name="Ticks">Length of a sub-window, in clock ticks.</param>
/// <param name="Older">How many sub-windows before the current one still count.</param>
/// <param name="Interpolate">
/// Whether the oldest of them counts only for the part of it that the window still covers, as if its permits had come evenly spread.
/// </param>
internal readonly record struct WindowTerms(long Limit, long Ticks, int Older, bool Interpolate)
{
    /// <summary>The sub-window that a time, counted from the start of the first one, lies in.</summary>
    public long IndexOf(long elapsed) => elapsed / Ticks;

    public long StartOf(long index) => index * Ticks;

    /// <summary>Whether a time lies in a sub-window, without a division.</summary>
    public bool Contains(long index, long elapsed) => (ulong)(elapsed - (index * Ticks)) < (ulong)Ticks;

    /// <summary>
    /// What <paramref name="count"/> permits of the oldest sub-window still weigh at <paramref name="elapsed"/>; rounded up.
    /// </summary>
    public long Weigh(long count, long elapsed, long currentIndex)
    {
        if (!Interpolate)
        {
            return count;
        }

        // Both times are cut to 32 bits, the one that is left rounded up, so that the product fits a word; the weight is only ever too
        // high.
        int cut = Cut;
        ulong left = (ulong)Math.Clamp(StartOf(currentIndex + 1) - elapsed, 0, Ticks);
        ulong whole = (ulong)Ticks >> cut;
        left = Math.Min(whole, (left + (1UL << cut) - 1) >> cut);
        return (long)((((ulong)count * left) + whole - 1) / whole);
    }

    /// <summary>
    /// Ticks into a sub-window at which <paramref name="count"/> permits of the one before weigh at most <paramref name="room"/>.
    /// </summary>
    public long FadesAfter(long count, long room)
    {
        if (count <= room)
        {
            return 0;
        }

        // The inverse of Weigh, cut as there.
        int cut = Cut;
        return Ticks - ((long)((Int128)room * (Ticks >> cut) / count) << cut);
    }

    /// <summary>Bits by which times are cut in weighing.</summary>
    private int Cut => Math.Max(0, 32 - BitOperations.LeadingZeroCount((ulong)Ticks));
}
