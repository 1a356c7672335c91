using System.Runtime.InteropServices;

namespace RateSync.Fast.State;

/// <summary>Free slots of a semaphore that lie with one core.</summary>
/// <remarks>
/// Lower 24 bits: free slots. Above them: how many were ever put here, which tells two looks at the same word apart. A
/// mutable struct that lives in an array, two cache lines apart from its neighbours.
/// </remarks>
[StructLayout(LayoutKind.Explicit, Size = Padding.Line)]
internal struct FreeShard
{
    public const long FreeMask = (1L << 24) - 1;
    public const long OneExit = (1L << 24) + 1;

    [FieldOffset(Padding.Head)]
    public long Word;

    public static long Free(long word) => word & FreeMask;

    public static long Exits(long word) => (long)((ulong)word >> 24);
}
