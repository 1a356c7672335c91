using System.Runtime.InteropServices;

namespace RateSync.Fast.State;

/// <summary>The words of a ticket semaphore that change when somebody waits.</summary>
/// <remarks>
/// On one cache line, away from everything else: who changes one of them goes on to change another, and has the line already. A
/// mutable struct: fields of this type must not be readonly.
/// </remarks>
[StructLayout(LayoutKind.Explicit, Size = 2 * Padding.Line)]
internal struct TicketWords
{
    /// <summary>Free slots; or, negative, permits owed to waiters.</summary>
    [FieldOffset(Padding.Line)]
    public long Count;

    /// <summary>The next cell to sit down in.</summary>
    [FieldOffset(Padding.Line + 8)]
    public long SeatIndex;

    /// <summary>The next cell to be served.</summary>
    [FieldOffset(Padding.Line + 16)]
    public long ServeIndex;

    /// <summary>Slots that a lowered limit still has to take away. Next to nothing ever writes it.</summary>
    [FieldOffset(Padding.Line + 24)]
    public long Debt;
}
