using System.Runtime.InteropServices;

namespace RateSync.Fast.RateLimiting.Faces;

/// <summary>
/// A counter that many threads add to: one word while they do not get into each other's way, one for each core from when they do. Exact
/// when nobody adds.
/// </summary>
internal struct StripedCounter
{
    // Mutable struct: a field of this type must not be readonly.
    private long _first;
    private Cell[]? _cells;

    public void Increment()
    {
        Cell[]? cells = Volatile.Read(ref _cells);
        if (cells is not null)
        {
            Interlocked.Increment(ref cells[(uint)Thread.GetCurrentProcessorId() % (uint)cells.Length].Value);
            return;
        }

        long seen = Volatile.Read(ref _first);
        if (Interlocked.CompareExchange(ref _first, seen + 1, seen) != seen)
        {
            Interlocked.Increment(ref _first);
            Interlocked.CompareExchange(ref _cells, new Cell[Environment.ProcessorCount], null);
        }
    }

    public long Sum()
    {
        long sum = Volatile.Read(ref _first);
        foreach (ref Cell cell in Volatile.Read(ref _cells).AsSpan())
        {
            sum += Volatile.Read(ref cell.Value);
        }

        return sum;
    }

    // Two cache lines, as they are fetched in pairs.
    [StructLayout(LayoutKind.Explicit, Size = 128)]
    private struct Cell
    {
        [FieldOffset(64)]
        public long Value;
    }
}
