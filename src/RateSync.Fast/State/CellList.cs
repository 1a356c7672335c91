using System.Runtime.CompilerServices;

namespace RateSync.Fast.State;

/// <summary>
/// An endless array of cells for a first-come-first-served line, kept as a linked list of segments. Segments whose cells are
/// all dead are unlinked in constant time, so waiters that leave take their memory with them.
/// </summary>
/// <remarks>
/// After N. Koval, D. Khalanskiy and D. Alistarh, "CQS: A Formally-Verified Framework for Fair and Abortable
/// Synchronization", PLDI 2023, section on the infinite array.
/// </remarks>
/// <param name="cellsPerSegment">Cells in a segment, a power of two.</param>
internal sealed class CellList<TAtomics>(int cellsPerSegment)
    where TAtomics : struct, IAtomics
{
    public const int DefaultCells = 32;

    private const long PointerOne = 1 << 16;

    /// <summary>Cells in a segment.</summary>
    public int CellsPerSegment { get; } = cellsPerSegment;

    /// <summary>The first segment, already pointed at by both ends of the line.</summary>
    public CellSegment First() => new(0, null, CellsPerSegment) { Counts = 2 * PointerOne };

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public long SegmentOf(long index) => index / CellsPerSegment;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public int CellOf(long index) => (int)(index & (CellsPerSegment - 1));

    /// <summary>
    /// The segment of that id, made if it does not exist yet; or the first one after it that is still there, if it has been
    /// unlinked. Moves the given end of the line up to it.
    /// </summary>
    public CellSegment FindAndAdvance(ref CellSegment? end, long id)
    {
        CellSegment start = TAtomics.LoadAcquire(ref end)!;
        while (true)
        {
            CellSegment segment = Find(start, id);
            if (MoveForward(ref end, segment))
            {
                return segment;
            }
        }
    }

    /// <summary>As <see cref="FindAndAdvance"/>, moving nothing.</summary>
    public CellSegment Find(CellSegment start, long id)
    {
        CellSegment segment = start;
        while (segment.Id < id || IsRemoved(segment))
        {
            CellSegment? next = TAtomics.LoadAcquire(ref segment.Next);
            if (next is null)
            {
                CellSegment made = new(segment.Id + 1, segment, CellsPerSegment);

                // ORDER: full fence; publishes the new segment's fields. PAIRS: the acquire load above, in every walk.
                // ELSE: a walker could see the segment without its cells, or two segments could follow one.
                next = TAtomics.CompareExchange(ref segment.Next, made, null);
                if (next is null)
                {
                    next = made;
                    if (IsRemoved(segment))
                    {
                        // It was all dead but had to stay as the last one; now it need not.
                        Remove(segment);
                    }
                }
            }

            segment = next;
        }

        return segment;
    }

    /// <summary>Counts a cell that nobody will visit for a waiter any more; unlinks its segment if that was the last.</summary>
    public void CountDeadCell(CellSegment segment)
    {
        if (TAtomics.Add(ref segment.Counts, 1) == CellsPerSegment)
        {
            Remove(segment);
        }
    }

    /// <summary>Forgets everything before <paramref name="segment"/>: its cells have all been dealt with.</summary>
    public static void CutBefore(CellSegment segment)
    {
        if (TAtomics.LoadAcquire(ref segment.Previous) is not null)
        {
            TAtomics.StoreRelease(ref segment.Previous, null);
        }
    }

    private bool IsRemoved(CellSegment segment) => TAtomics.LoadAcquire(ref segment.Counts) == CellsPerSegment;

    private bool MoveForward(ref CellSegment? end, CellSegment to)
    {
        while (true)
        {
            CellSegment current = TAtomics.LoadAcquire(ref end)!;
            if (current.Id >= to.Id)
            {
                return true;
            }

            if (!TryPointAt(to))
            {
                return false;
            }

            // ORDER: full fence. PAIRS: the other movers of this end. ELSE: the end could move backwards.
            if (ReferenceEquals(TAtomics.CompareExchange(ref end, to, current), current))
            {
                PointAway(current);
                return true;
            }

            PointAway(to);
        }
    }

    private bool TryPointAt(CellSegment segment)
    {
        long counts = TAtomics.LoadAcquire(ref segment.Counts);
        while (counts != CellsPerSegment)
        {
            long seen = TAtomics.CompareExchange(ref segment.Counts, counts + PointerOne, counts);
            if (seen == counts)
            {
                return true;
            }

            counts = seen;
        }

        return false;
    }

    private void PointAway(CellSegment segment)
    {
        if (TAtomics.Add(ref segment.Counts, -PointerOne) == CellsPerSegment)
        {
            Remove(segment);
        }
    }

    private void Remove(CellSegment segment)
    {
        while (true)
        {
            CellSegment? right = TAtomics.LoadAcquire(ref segment.Next);
            if (right is null)
            {
                // The last segment stays; whoever appends the next one removes it.
                return;
            }

            CellSegment? left = LivingLeftOf(segment);
            right = LivingRightFrom(right);
            LinkBack(right, left);
            if (left is not null)
            {
                TAtomics.StoreRelease(ref left.Next, right);
            }

            // A neighbour that died meanwhile may have linked past what we linked to: go round again for it.
            if (IsRemoved(right) && TAtomics.LoadAcquire(ref right.Next) is not null)
            {
                continue;
            }

            if (left is not null && IsRemoved(left))
            {
                continue;
            }

            return;
        }
    }

    private static void LinkBack(CellSegment right, CellSegment? left)
    {
        while (true)
        {
            CellSegment? current = TAtomics.LoadAcquire(ref right.Previous);
            if (current is null || ReferenceEquals(current, left))
            {
                // Cut off already: everything to the left has been dealt with, and must not become reachable again.
                return;
            }

            if (ReferenceEquals(TAtomics.CompareExchange(ref right.Previous, left, current), current))
            {
                return;
            }
        }
    }

    private CellSegment? LivingLeftOf(CellSegment segment)
    {
        CellSegment? left = TAtomics.LoadAcquire(ref segment.Previous);
        while (left is not null && IsRemoved(left))
        {
            left = TAtomics.LoadAcquire(ref left.Previous);
        }

        return left;
    }

    private CellSegment LivingRightFrom(CellSegment right)
    {
        while (IsRemoved(right) && TAtomics.LoadAcquire(ref right.Next) is { } next)
        {
            right = next;
        }

        return right;
    }
}
