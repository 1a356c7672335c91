using System.Runtime.InteropServices;

namespace RateSync.Fast.State;

/// <summary>
/// One thread's own tokens. The owner spends them with plain loads and stores; others take them back through
/// <see cref="LaneState"/> and a fence on all threads.
/// </summary>
/// <remarks>A mutable struct that lives in an array, two cache lines apart from its neighbours. Nobody owns the first of them.</remarks>
[StructLayout(LayoutKind.Explicit, Size = Padding.Line)]
internal struct Lane
{
    /// <summary>
    /// Permits ever taken from this lane. Only the owner writes it; it goes down only when a take turns out to have failed.
    /// </summary>
    [FieldOffset(0)]
    public long Used;

    /// <summary>How far <see cref="Used"/> may go, or why not; see <see cref="LaneState"/>. Written by compare-and-swap.</summary>
    [FieldOffset(8)]
    public long Limit;

    /// <summary>The highest limit ever opened. Only the owner uses it; the next limit is above it, so no limit ever comes back.</summary>
    [FieldOffset(16)]
    public long High;

    /// <summary>
    /// How much of <see cref="Used"/> was skipped over because the tokens were taken elsewhere. Only the owner writes it.
    /// </summary>
    [FieldOffset(24)]
    public long Skipped;
}
