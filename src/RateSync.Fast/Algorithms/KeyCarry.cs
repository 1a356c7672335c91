using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;

namespace RateSync.Fast.Algorithms;

/// <summary>What counts against one key's limit, for another limit to begin with.</summary>
internal struct KeyCarry
{
    /// <summary>Entries at the most: a window's sub-windows.</summary>
    public const int MaxEntries = 9;

    /// <summary>What a bucket is short of, or slots that are out, in parts of a permit.</summary>
    public long Units;

    /// <summary>Parts of a permit.</summary>
    public long PerPermit;

    /// <summary>Parts of a permit by which a bucket may be short of more, as its time is told in whole units.</summary>
    public long Rounding;

    private EntryArray _entries;

    /// <summary>How many entries there are.</summary>
    public int Count { get; private set; }

    /// <summary>Permits of a window, and the latest clock tick at which they can have been granted.</summary>
    [UnscopedRef]
    public readonly ref readonly Entry this[int index] => ref _entries[index];

    public void Add(long permits, long to) => _entries[Count++] = new Entry(permits, to);

    public readonly record struct Entry(long Permits, long To);

    [InlineArray(MaxEntries)]
    private struct EntryArray
    {
        private Entry _first;
    }
}
