using System.Runtime.CompilerServices;
using RateSync.Fast.Algorithms;

namespace RateSync.Fast.State;

/// <summary>
/// The line of a ticket semaphore: the k-th permit handed over meets the k-th waiter in the k-th cell, whichever of them comes
/// first. Handing over, sitting down and leaving are lock-free, and none of them waits for another.
/// </summary>
/// <remarks>
/// The cancellable queue synchronizer of Koval, Khalanskiy and Alistarh, PLDI 2023, in its asynchronous mode with smart
/// cancellation: a waiter that leaves is either taken off the count, and permits pass over its cell, or it learns that a
/// permit is on its way, and that permit becomes a free one. A waiter for n permits sits in n consecutive cells.
/// </remarks>
internal sealed class TicketLine<TAtomics>
    where TAtomics : struct, IAtomics
{
    private readonly CellList<TAtomics> _cells;
    private readonly bool _counted;
    private PaddedWord _waiting;
    private long _extraSeats;

    /// <summary>Makes an empty line.</summary>
    /// <param name="counted">Whether the number of waiters is limited, and so has to be counted.</param>
    /// <param name="cellsPerSegment">Cells in a segment.</param>
    /// <param name="retireBatch">See <see cref="CellList{TAtomics}"/>.</param>
    public TicketLine(
        bool counted, int cellsPerSegment = CellList<TAtomics>.DefaultCells, int retireBatch = CellList<TAtomics>.DefaultBatch)
    {
        _counted = counted;
        _cells = new CellList<TAtomics>(cellsPerSegment, retireBatch).Begin();
    }

    /// <summary>Waiters in line. Where their number is not limited it is told from how many permits are owed to them.</summary>
    /// <param name="owed">Permits owed.</param>
    public long Waiting(long owed) => _counted
        ? TAtomics.LoadAcquire(ref _waiting.Value)
        : Math.Max(Math.Min(owed, 1), owed - TAtomics.LoadAcquire(ref _extraSeats));

    /// <summary>Counts a waiter who is about to sit down; false when the line has <paramref name="most"/> already.</summary>
    public bool TryEnlist(long most, long seats)
    {
        if (_counted && TAtomics.Add(ref _waiting.Value, 1) > most)
        {
            TAtomics.Add(ref _waiting.Value, -1);
            return false;
        }

        if (seats > 1)
        {
            TAtomics.Add(ref _extraSeats, seats - 1);
        }

        return true;
    }

    /// <summary>Counts a waiter off who has been granted, has left, or need not sit down after all.</summary>
    public void Delist(long seats)
    {
        if (_counted)
        {
            TAtomics.Add(ref _waiting.Value, -1);
        }

        if (seats > 1)
        {
            TAtomics.Add(ref _extraSeats, 1 - seats);
        }
    }

    /// <summary>
    /// Seats a waiter for <see cref="WaitNode.State"/> permits, each of which the count already owes it. True when
    /// all of them had come before it: then it is granted, and not told.
    /// </summary>
    public bool Seat(WaitNode node, int seats, ref TicketWords words)
    {
        bool granted;
        Era.Enter<TAtomics>();
        try
        {
            granted = SeatInEra(node, seats, ref words);
        }
        finally
        {
            Era.Leave<TAtomics>();
        }

        if (granted)
        {
            Delist(seats);
        }

        return granted;
    }

    private bool SeatInEra(WaitNode node, int seats, ref TicketWords words)
    {
        CellSegment segment = TAtomics.LoadAcquire(ref _cells.SeatEnd)!;

        // ORDER: full fence; the end is read before the index is taken. ELSE: others could have moved the end past it.
        long index = TAtomics.Add(ref words.SeatIndex, seats) - seats;
        bool granted = false;
        for (int i = 0; i < seats; i++, index++)
        {
            segment = _cells.FindAndAdvance(ref _cells.SeatEnd, segment, _cells.SegmentOf(index));
            if (i == 0)
            {
                node.Segment = segment;
                node.Index = index;
            }

            // ORDER: full fence; publishes the node. PAIRS: the acquire load in Serve.
            // ELSE: a server could complete a waiter whose fields it cannot see yet.
            object? found = TAtomics.CompareExchange(ref segment.Cells[_cells.CellOf(index)], node, null);
            if (found is not null)
            {
                granted = TakeOne(node, TAtomics.LoadAcquire(ref node.State));
            }
        }

        return granted;
    }

    /// <summary>Hands one permit to the next waiter, who may still be on its way to its cell. The count owes it one.</summary>
    public void Serve(ref TicketWords words)
    {
        Era.Enter<TAtomics>();
        try
        {
            ServeInEra(ref words);
        }
        finally
        {
            Era.Leave<TAtomics>();
        }
    }

    private void ServeInEra(ref TicketWords words)
    {
        while (true)
        {
            CellSegment start = TAtomics.LoadAcquire(ref _cells.ServeEnd)!;

            // ORDER: full fence; the end is read before the index is taken, as in Seat.
            long index = TAtomics.Add(ref words.ServeIndex, 1) - 1;
            long id = _cells.SegmentOf(index);
            CellSegment segment = _cells.FindAndAdvance(ref _cells.ServeEnd, start, id);
            CellList<TAtomics>.CutBefore(segment);
            if (segment.Id != id)
            {
                // All cells up to that segment belong to waiters who have left: skip them at once.
                TAtomics.CompareExchange(ref words.ServeIndex, segment.Id * _cells.CellsPerSegment, index + 1);
                continue;
            }

            if (ServeCell(ref segment.Cells[_cells.CellOf(index)]))
            {
                return;
            }
        }
    }

    /// <summary>
    /// Takes a waiter out of its cells after its <see cref="WaitNode.State"/> has become left, within the <see cref="Era"/> in which it
    /// did.
    /// </summary>
    /// <param name="node">The waiter.</param>
    /// <param name="words">The semaphore's words.</param>
    public void Leave(WaitNode node, ref TicketWords words)
    {
        // A segment whose cells have all come to a server may be in use again by now: its first one may be looked at only as long as no
        // server has come to the waiter, the serving end and all behind it always. ORDER: acquire, the end before the index. ELSE: the end
        // could be past a cell.
        CellSegment end = TAtomics.LoadAcquire(ref _cells.ServeEnd)!;
        CellSegment segment = TAtomics.LoadAcquire(ref words.ServeIndex) > node.Index ? end : node.Segment!;
        for (int i = 0; i < node.Seats; i++)
        {
            long index = node.Index + i;
            if (TAtomics.LoadAcquire(ref words.ServeIndex) > index)
            {
                // A permit has come to this cell, or is just coming, and finds that the waiter has left: then the server may still hold the
                // node.
                node.IsSeenByServer = true;
                if (CountAsFree(ref words) && !TAtomics.Has(Defect.LeavingLosesPermit))
                {
                    PassOn(ref words);
                }

                continue;
            }

            segment = _cells.Find(segment, _cells.SegmentOf(index));
            LeaveCell(segment, ref segment.Cells[_cells.CellOf(index)], ref words);
        }

        if (!TAtomics.Has(Defect.LeavingStaysInQueueCount))
        {
            Delist(node.Seats);
        }
    }

    /// <summary>
    /// The first waiter who is still in line at or behind a cell, for sending everybody home; null at the end. Within an <see cref="Era"/>.
    /// </summary>
    /// <param name="index">The cell; afterwards that of the waiter.</param>
    /// <param name="words">The semaphore's words.</param>
    /// <param name="state">The waiter's state in this use of it, which a step from there must begin with.</param>
    public WaitNode? FindWaiter(ref long index, ref TicketWords words, out long state)
    {
        CellSegment segment = TAtomics.LoadAcquire(ref _cells.ServeEnd)!;
        index = Math.Max(index, segment.Id * _cells.CellsPerSegment);
        for (; index < TAtomics.LoadAcquire(ref words.SeatIndex); index++)
        {
            segment = _cells.Find(segment, _cells.SegmentOf(index));
            if (segment.Id != _cells.SegmentOf(index))
            {
                continue;
            }

            ref object? cell = ref segment.Cells[_cells.CellOf(index)];
            if (TAtomics.LoadAcquire(ref cell) is WaitNode node)
            {
                // A node leaves its cell before it is used again, by another limiter perhaps: if it is still here, the state is of this
                // use.
                state = TAtomics.LoadAcquire(ref node.State);
                if (ReferenceEquals(TAtomics.LoadAcquire(ref cell), node))
                {
                    return node;
                }
            }
        }

        state = 0;
        return null;
    }

    private void LeaveCell(CellSegment segment, ref object? cell, ref TicketWords words)
    {
        object? early = TAtomics.Has(Defect.LeavingMarksCellFirst) ? TAtomics.Exchange(ref cell, CellMark.Cancelled) : null;

        if (!CountAsFree(ref words))
        {
            if (TAtomics.Has(Defect.LeavingKeepsPlace))
            {
                return;
            }

            // As many permits are under way as there are waiters, so one comes to this cell, or has come. It has just been counted as free.
            TAtomics.Exchange(ref cell, CellMark.Refused);
            return;
        }

        object? found = TAtomics.Has(Defect.LeavingMarksCellFirst) ? early : TAtomics.Exchange(ref cell, CellMark.Cancelled);
        if (found is null or WaitNode)
        {
            // Empty when the waiter is sent home by a disposal before it has taken all its seats: it will find the cell taken.
            _cells.CountDeadCell(segment);
        }
        else if (!TAtomics.Has(Defect.LeavingLosesPermit))
        {
            // A permit had come for a waiter who is no longer counted: it belongs to the next one.
            PassOn(ref words);
        }
    }

    /// <summary>
    /// Tells the count that a permit less is owed. True when that permit, should it have come, belongs to the next waiter.
    /// </summary>
    private static bool CountAsFree(ref TicketWords words)
    {
        if (TAtomics.Has(Defect.LeavingKeepsPlace))
        {
            return false;
        }

        // ORDER: full fence. PAIRS: the release's addition to the same count. ELSE: both could believe that the other
        // takes care of the permit, and it would be lost, or both that it is theirs, and it would be doubled.
        return TAtomics.Add(ref words.Count, 1) <= 0;
    }

    /// <summary>
    /// Passes a permit on that the count has just been told of: to a lowered limit that is still owed one, or to the next waiter.
    /// </summary>
    private void PassOn(ref TicketWords words)
    {
        // ORDER: full fence: the permit is taken off the count again. If that had a free one meanwhile, it is the free one that is taken
        // away, and the next waiter relies on ours. ELSE: a slot could be free and its waiter not be told.
        if (!TryPayDebt(ref words) || TAtomics.Add(ref words.Count, -1) >= 0)
        {
            Serve(ref words);
        }
    }

    /// <summary>Pays one slot to a lowered limit; false when none is owed.</summary>
    public static bool TryPayDebt(ref TicketWords words) => PayDebt(ref words, 1) != 0;

    /// <summary>Pays up to so many slots to a lowered limit; returns how many it was owed.</summary>
    public static long PayDebt(ref TicketWords words, long slots)
    {
        long debt = TAtomics.LoadAcquire(ref words.Debt);
        while (debt > 0)
        {
            long paid = Math.Min(debt, slots);
            long seen = TAtomics.CompareExchange(ref words.Debt, debt - paid, debt);
            if (seen == debt)
            {
                return paid;
            }

            debt = seen;
        }

        return 0;
    }

    /// <summary>True when the permit has found its place; false when it must go on to the next cell.</summary>
    private bool ServeCell(ref object? cell)
    {
        while (true)
        {
            object? found = TAtomics.LoadAcquire(ref cell);
            if (found is not (null or CellMark))
            {
                // The state is read while the node still sits here, as the exchange then proves: it is of this use of the node.
                WaitNode node = Unsafe.As<WaitNode>(found);
                long state = TAtomics.LoadAcquire(ref node.State);
                if (ReferenceEquals(TAtomics.CompareExchange(ref cell, CellMark.Resumed, node), node))
                {
                    if (TakeOne(node, state))
                    {
                        Delist(node.Seats);
                        node.OnGranted(0);
                    }

                    return true;
                }
            }
            else if (found is not null)
            {
                return !ReferenceEquals(found, CellMark.Cancelled);
            }
            else if (TAtomics.CompareExchange(ref cell, CellMark.Permit, null) is null)
            {
                return true;
            }
        }
    }

    /// <summary>
    /// Gives the waiter one permit; true when it was the last it waited for. If it has left meanwhile, it will find the cell
    /// resumed and pass the permit on.
    /// </summary>
    private static bool TakeOne(WaitNode node, long use)
    {
        long state = use;
        while (WaitState.IsWaiting(state) && WaitState.SameUse(state, use))
        {
            // ORDER: full fence; decides between granting and leaving. PAIRS: the exchange to left.
            // ELSE: a waiter could be granted and have left, or be told twice.
            long seen = TAtomics.CompareExchange(ref node.State, state - 1, state);
            if (seen == state)
            {
                return WaitState.IsGranted(state - 1);
            }

            state = seen;
        }

        return false;
    }
}
