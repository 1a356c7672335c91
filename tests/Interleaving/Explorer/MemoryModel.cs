namespace RateSync.Fast.Tests.Interleaving.Explorer;

/// <summary>What a store does before other threads see it.</summary>
internal enum MemoryModel
{
    /// <summary>
    /// x86-TSO (P. Sewell and others, "x86-TSO: a rigorous and usable programmer's model for x86 multiprocessors", CACM 2010): each
    /// thread has a first-in-first-out store buffer, reads its own buffered stores, and empties it at fences and read-modify-writes.
    /// </summary>
    Tso,

    /// <summary>Sequential consistency: a store is visible to all at once.</summary>
    SequentialConsistency,
}
