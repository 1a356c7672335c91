using System.Runtime.InteropServices;

namespace RateSync.Fast.State;

/// <summary>Counts of one thread slot; telemetry only, orders nothing.</summary>
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
