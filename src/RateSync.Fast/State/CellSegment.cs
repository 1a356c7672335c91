namespace RateSync.Fast.State;

/// <summary>A run of cells of a <see cref="CellList{TAtomics}"/>.</summary>
internal sealed class CellSegment(int cells)
{
    /// <summary>Null, a <see cref="WaitNode"/> or a <see cref="CellMark"/>.</summary>
    public readonly object?[] Cells = new object?[cells];

    /// <summary>Position among all segments ever made.</summary>
    public long Id;

    public CellSegment? Next;

    /// <summary>Null once everything before this segment has been dealt with.</summary>
    public CellSegment? Previous;

    /// <summary>
    /// Dead cells in the lower 16 bits, list ends that point here in the next 8, and above them <see cref="CellList{TAtomics}.Retired"/>.
    /// </summary>
    public long Counts;

    /// <summary>The era in which both ends of the list had left the segment behind.</summary>
    public long RetiredIn;
}
