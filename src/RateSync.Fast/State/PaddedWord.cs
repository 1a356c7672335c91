using System.Runtime.InteropServices;

namespace RateSync.Fast.State;

/// <summary>One contended word on cache lines of its own.</summary>
/// <remarks>
/// 128 bytes before it and 104 after: adjacent-line prefetchers fetch lines in pairs of 64 bytes, and some ARM cores have
/// lines of 128. A mutable struct: fields of this type must not be readonly.
/// </remarks>
[StructLayout(LayoutKind.Explicit, Size = 2 * Padding.Line)]
internal struct PaddedWord
{
    [FieldOffset(Padding.Line)]
    public long Value;

    /// <summary>For what is written by whoever has just changed the word, and so has its cache line.</summary>
    [FieldOffset(Padding.Line + 8)]
    public long Beside;

    /// <summary>As <see cref="Beside"/>.</summary>
    [FieldOffset(Padding.Line + 16)]
    public long AlsoBeside;
}
