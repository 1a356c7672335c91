using System.Runtime.InteropServices;

namespace RateSync.Fast.Bench.Async;

/// <summary>How often one task has been round its loop. On cache lines of its own.</summary>
[StructLayout(LayoutKind.Explicit, Size = 256)]
internal sealed class TaskCounter
{
    [FieldOffset(128)]
    public long Value;
}
