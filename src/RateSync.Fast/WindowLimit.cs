using RateSync.Fast.Stores;

namespace RateSync.Fast;

/// <summary>At most <c>Limit</c> permits are used in every window.</summary>
/// <param name="Limit">Permits in a window, from 1 to 2^40.</param>
/// <param name="Window">Length of the window, from 1 microsecond to 10 years.</param>
public sealed record WindowLimit(long Limit, TimeSpan Window) : StoreLimit
{
    /// <summary>
    /// How the window moves. <see cref="Exact"/>: with the time, exactly, at the price of remembering every grant. 1: not at all; windows
    /// follow one another from the store's origin of time, and the bound holds for each of them. n > 1: in n steps; the n + 1 steps that an
    /// interval of one window can touch count in full, so that the bound is strict and at least n / (n + 1) of the limit can be used.
    /// </summary>
    /// <value><see cref="Exact"/> by default.</value>
    public int SubWindows { get; init; }

    /// <summary>The value of <see cref="SubWindows"/> for a window that moves with the time.</summary>
    public static int Exact => 0;

    /// <inheritdoc/>
    public override long Most => Limit;

    private protected override void ValidateMore()
    {
        StoreArguments.CheckLeast(Limit, 1, nameof(Limit));
        StoreArguments.CheckMost(Limit, 1L << 40, nameof(Limit));
        StoreArguments.CheckLeast(Window, TimeSpan.FromMicroseconds(1), nameof(Window));
        StoreArguments.CheckMost(Window, TimeSpan.FromDays(3660), nameof(Window));
        StoreArguments.CheckLeast(SubWindows, 0, nameof(SubWindows));
        StoreArguments.CheckMost(SubWindows, 1000, nameof(SubWindows));
        StoreArguments.Check(
            SubWindows == 0 || Window.Ticks % SubWindows == 0,
            $"A window of {Window} cannot be cut into {SubWindows} equal parts.", nameof(SubWindows));
    }
}
