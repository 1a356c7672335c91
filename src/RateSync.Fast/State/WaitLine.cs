using RateSync.Fast.Algorithms;

namespace RateSync.Fast.State;

/// <summary>
/// The line of a rate limiter: anybody may join or leave at any time, and one server at a time looks at the head. Nobody ever
/// waits for anybody else: a waiter that is slow to sit down loses its cell and takes the next.
/// </summary>
internal sealed class WaitLine<TAtomics>
    where TAtomics : struct, IAtomics
{
    private readonly CellList<TAtomics> _cells;
    private PaddedWord _seatIndex;
    private PaddedWord _serveIndex;

    public WaitLine(int cellsPerSegment = CellList<TAtomics>.DefaultCells, int retireBatch = CellList<TAtomics>.DefaultBatch)
    {
        _cells = new CellList<TAtomics>(cellsPerSegment, retireBatch).Begin();
    }

    /// <summary>Puts a waiter at the end of the line.</summary>
    public void Seat(WaitNode node)
    {
        while (true)
        {
            CellSegment start = TAtomics.LoadAcquire(ref _cells.SeatEnd)!;

            // ORDER: full fence; the end is read before the index is taken. ELSE: others could have moved the end past it.
            long index = TAtomics.Add(ref _seatIndex.Value, 1) - 1;
            CellSegment segment = _cells.FindAndAdvance(ref _cells.SeatEnd, start, _cells.SegmentOf(index));
            node.Segment = segment;
            node.Index = index;

            // ORDER: full fence; publishes the node. PAIRS: the acquire load in Head, and the server's exchange of an empty cell.
            // ELSE: the server could grant a waiter whose fields it cannot see, or skip one that believes itself seated.
            if (TAtomics.CompareExchange(ref segment.Cells[_cells.CellOf(index)], node, null) is null)
            {
                return;
            }
        }
    }

    /// <summary>The first waiter that has not left, or null. Only for the one who serves.</summary>
    /// <param name="state">The waiter's state in this use of it; a step from there fails once it has left.</param>
    public WaitNode? Head(out long state)
    {
        while (true)
        {
            state = 0;
            long index = TAtomics.Load(ref _serveIndex.Value);
            if (index >= TAtomics.LoadAcquire(ref _seatIndex.Value))
            {
                return null;
            }

            long id = _cells.SegmentOf(index);
            CellSegment segment = _cells.FindAndAdvance(ref _cells.ServeEnd, TAtomics.LoadAcquire(ref _cells.ServeEnd)!, id);
            CellList<TAtomics>.CutBefore(segment);
            if (segment.Id != id)
            {
                Skip(segment.Id * _cells.CellsPerSegment);
                continue;
            }

            ref object? cell = ref segment.Cells[_cells.CellOf(index)];
            object? found = TAtomics.LoadAcquire(ref cell);
            if (found is WaitNode node)
            {
                // A node leaves its cell before it is used again: if it is still here, the state was of this use.
                state = TAtomics.LoadAcquire(ref node.State);
                if (!ReferenceEquals(TAtomics.LoadAcquire(ref cell), node))
                {
                    continue;
                }

                if (!WaitState.HasLeft(state))
                {
                    return node;
                }
            }
            else if (found is null && TAtomics.CompareExchange(ref cell, CellMark.Broken, null) is not null)
            {
                continue;
            }

            Skip(index + 1);
        }
    }

    // ORDER: full fence; then the next waiter's state is read. PAIRS: MayBeHead, which a waiter asks after its state has become left.
    // ELSE: the server could still see it waiting, while it does not see that the server has come to it; nobody would look at the next.
    private void Skip(long index)
    {
        if (TAtomics.Has(Defect.HeadMovedWithoutFence))
        {
            TAtomics.StoreRelease(ref _serveIndex.Value, index);
            return;
        }

        TAtomics.Exchange(ref _serveIndex.Value, index);
    }

    /// <summary>Lets the head go before it is told that it was granted. Only for the one who serves.</summary>
    public void Pop(WaitNode head)
    {
        long index = head.Index;
        TAtomics.StoreRelease(ref head.Segment!.Cells[_cells.CellOf(index)], CellMark.Resumed);
        TAtomics.StoreRelease(ref _serveIndex.Value, index + 1);
    }

    /// <summary>Empties the cell of a waiter whose state has become left, and unlinks the segment if it was the last one in it.</summary>
    public void Leave(WaitNode node)
    {
        CellSegment segment = node.Segment!;
        TAtomics.StoreRelease(ref segment.Cells[_cells.CellOf(node.Index)], CellMark.Cancelled);
        _cells.CountDeadCell(segment);
    }

    /// <summary>Whether the waiter may be the one that the server waits for.</summary>
    public bool MayBeHead(WaitNode node) => TAtomics.LoadAcquire(ref _serveIndex.Value) >= node.Index;
}
