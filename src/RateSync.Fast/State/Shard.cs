using System.Runtime.InteropServices;

namespace RateSync.Fast.State;

/// <summary>Tokens of one core, for threads without a lane: taken by one interlocked subtraction.</summary>
/// <remarks>A mutable struct that lives in an array, two cache lines apart from its neighbours.</remarks>
[StructLayout(LayoutKind.Explicit, Size = Padding.Line)]
internal struct Shard
{
    /// <summary>See <see cref="ShardState"/>.</summary>
    [FieldOffset(Padding.Head)]
    public long Word;

    /// <summary>Permits of finished chunks that were taken from here; telemetry.</summary>
    [FieldOffset(Padding.Head + 8)]
    public long Granted;
}
