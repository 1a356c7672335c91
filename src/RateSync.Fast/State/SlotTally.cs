using System.Runtime.InteropServices;

namespace RateSync.Fast.State;

/// <summary>Counts of one thread slot; telemetry only, orders nothing.</summary>
[StructLayout(LayoutKind.Explicit, Size = 64)]
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
}
