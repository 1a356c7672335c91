namespace RateSync.Fast.State;

/// <summary>A run of cells of a <see cref="CellList{TAtomics}"/>.</summary>
internal sealed class CellSegment(long id, CellSegment? previous, int cells)
{
    /// <summary>Position among all segments ever made.</summary>
    public readonly long Id = id;

    /// <summary>Null, a <see cref="WaitNode"/> or a <see cref="CellMark"/>.</summary>
    public readonly object?[] Cells = new object?[cells];

    public CellSegment? Next;

    /// <summary>Null once everything before this segment has been dealt with.</summary>
    public CellSegment? Previous = previous;

    /// <summary>Dead cells in the lower 16 bits, list ends that point here above them.</summary>
    public long Counts;
}
