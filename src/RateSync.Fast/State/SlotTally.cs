using System.Runtime.InteropServices;

namespace RateSync.Fast.State;

/// <summary>Counts of one thread slot; telemetry only, orders nothing.</summary>
/// <remarks>A mutable struct that lives in an array, two cache lines apart from its neighbours. Nobody owns the first of them.</remarks>
[StructLayout(LayoutKind.Explicit, Size = Padding.Line)]
internal struct SlotTally
{
    [FieldOffset(0)]
    public long Acquisitions;

    [FieldOffset(8)]
    public long Permits;

    [FieldOffset(16)]
    public long Refusals;

    [FieldOffset(24)]
    public long Releases;

    [FieldOffset(32)]
    public long Extra;

    [FieldOffset(40)]
    public long TimesFull;

    [FieldOffset(48)]
    public long Waits;

    [FieldOffset(56)]
    public long WaitTicks;

    [FieldOffset(64)]
    public long AskedToWait;
}
