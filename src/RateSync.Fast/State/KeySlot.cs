using System.Runtime.CompilerServices;
using RateSync.Fast.Algorithms;

namespace RateSync.Fast.State;

/// <summary>The two words of a slot in a key table.</summary>
/// <remarks>
/// <para>The print says whose slot it is. 0: nobody's. Even: a key's. Odd: somebody is settling in, with 47 bits of its print and 16 bits
/// that tell this attempt from all others.</para>
/// <para>The state holds the key's payload in the upper 52 bits; then 4 bits that change when a payload might come back, 6 bits of the
/// key's tag, and two flags. A frozen state belongs to a slot that is being taken over; a moved one to a slot whose key lives in the next
/// page; both together to one whose key has been put there, and is not looked for here any more.</para>
/// </remarks>
internal static class KeySlot
{
    public const long Frozen = 1;
    public const long Moved = 2;

    /// <summary>The bits that a print shares with the prints of all attempts to settle its key.</summary>
    public const ulong PendingMask = ~0x1_FFFFUL;

    private const int TagShift = 2;
    private const long TagMask = 63L << TagShift;
    private const int VersionShift = 8;
    private const long VersionMask = 15L << VersionShift;
    private const int PayloadShift = 12;

    public static long Payload(long state) => (long)((ulong)state >> PayloadShift);

    /// <summary>The same slot, version and tag with another payload.</summary>
    public static long WithPayload(long state, long payload) => (state & ((1L << PayloadShift) - 1)) | (payload << PayloadShift);

    /// <summary>As <see cref="WithPayload"/> for a payload that the slot may have had before.</summary>
    public static long WithReturned(long state, long payload) => NextVersion(WithPayload(state, payload));

    /// <summary>A state for a new owner of the slot; different from all that were in it shortly before.</summary>
    public static long Fresh(long before, long payload, long tag) =>
        NextVersion(before & VersionMask) | (tag << TagShift) | (payload << PayloadShift);

    public static long Tag(long state) => (state & TagMask) >> TagShift;

    /// <summary>Whether the state is of a key with that tag, neither frozen nor moved.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool IsOpenFor(long state, long tag) => (state & (TagMask | Frozen | Moved)) == tag << TagShift;

    public static bool IsOpen(long state) => (state & (Frozen | Moved)) == 0;

    public static bool IsPending(long print) => (print & 1) != 0;

    public static bool IsKey(long print) => print != 0 && (print & 1) == 0;

    /// <summary>The print of an attempt to settle in.</summary>
    public static long Pending(ulong print, long attempt) => (long)(print & PendingMask) | ((attempt & 0xFFFF) << 1) | 1;

    public static bool IsPendingFor(long word, ulong print) => IsPending(word) && (((ulong)word ^ print) & PendingMask) == 0;

    private static long NextVersion(long state) => (state & ~VersionMask) | ((state + (1L << VersionShift)) & VersionMask);
}
