using System.Runtime.InteropServices;

namespace RateSync.Fast.Bench.Floors;

/// <summary>A word on cache lines of its own.</summary>
[StructLayout(LayoutKind.Explicit, Size = 256)]
internal sealed class PrivateLine
{
    [FieldOffset(128)]
    public long Value = long.MaxValue;
}
