using System.Runtime.CompilerServices;

namespace RateSync.Fast.State;

/// <summary>
/// An endless array of cells for a first-come-first-served line, kept as a linked list of segments. Segments whose cells are
/// all dead are unlinked in constant time, so waiters that leave take their memory with them.
/// </summary>
/// <remarks>
/// After N. Koval, D. Khalanskiy and D. Alistarh, "CQS: A Formally-Verified Framework for Fair and Abortable
/// Synchronization", PLDI 2023, section on the infinite array.
/// <para>Segments that both ends have left behind are used again. Every call that looks at segments therefore runs within an
/// <see cref="Era"/>, begun before it reads an end of the list or makes a waiter leave.</para>
/// </remarks>
/// <param name="cellsPerSegment">Cells in a segment, a power of two.</param>
/// <param name="retireBatch">So many segments are retired before it is looked whether they can be used again; 0 for never.</param>
internal sealed class CellList<TAtomics>(int cellsPerSegment, int retireBatch)
    where TAtomics : struct, IAtomics
{
    public const int DefaultCells = 32;
    public const int DefaultBatch = 32;

    private const long PointerOne = 1 << 16;
    private const long PointerMask = 255 * PointerOne;
    private const long Retired = 1 << 24;

    // Bits of a cell's number above the lowest three; a rotation by three brings those down to the bottom.
    private readonly int _spread = Math.Max(0, System.Numerics.BitOperations.Log2((uint)cellsPerSegment) - 3);

    private readonly SegmentStock<TAtomics>? _stock = retireBatch > 0 ? new(retireBatch) : null;

    // The two ends of the line: where the next waiter sits down, and where the next one is served.
    private CellSegment? _seatEnd;
    private CellSegment? _serveEnd;

    /// <summary>Cells in a segment.</summary>
    public int CellsPerSegment { get; } = cellsPerSegment;

    /// <summary>The end where waiters sit down.</summary>
    public ref CellSegment? SeatEnd => ref _seatEnd;

    /// <summary>The end where waiters are served.</summary>
    public ref CellSegment? ServeEnd => ref _serveEnd;

    /// <summary>Makes the first segment. Once, before use.</summary>
    public CellList<TAtomics> Begin()
    {
        _seatEnd = _serveEnd = new CellSegment(CellsPerSegment) { Counts = 2 * PointerOne };
        return this;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public long SegmentOf(long index) => index / CellsPerSegment;

    /// <summary>
    /// Where in its segment a cell lies. Neighbours in line lie eight cells apart, on different cache lines: they are likely to be
    /// written by different threads at the same time.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public int CellOf(long index)
    {
        int mask = CellsPerSegment - 1;
        int place = (int)index & mask;
        return ((place << 3) | (int)((uint)place >> _spread)) & mask;
    }

    /// <summary>
    /// The segment of that id, made if it does not exist yet; or the first one after it that is still there, if it has been
    /// unlinked. Moves the given end of the line up to it.
    /// </summary>
    /// <param name="end">The end of the line that is to be moved.</param>
    /// <param name="start">
    /// Where to start looking: that end as it was before the index was taken. Read after, it could be past the index already.
    /// </param>
    /// <param name="id">The segment's id.</param>
    public CellSegment FindAndAdvance(ref CellSegment? end, CellSegment start, long id)
    {
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
                CellSegment made = _stock?.TryTake() ?? new CellSegment(CellsPerSegment);
                made.Id = segment.Id + 1;
                made.Previous = segment;

                // ORDER: full fence; publishes the new segment's fields. PAIRS: the acquire load above, in every walk.
                // ELSE: a walker could see the segment without its cells, or two segments could follow one.
                next = TAtomics.CompareExchange(ref segment.Next, made, null);
                if (next is not null)
                {
                    made.Previous = null;
                    _stock?.GiveBack(made);
                }
                else
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
        long counts = TAtomics.Add(ref segment.Counts, -PointerOne);
        if (counts == CellsPerSegment)
        {
            Remove(segment);
        }
        else if (_stock is not null && (counts & PointerMask) == 0)
        {
            RetireIfBehind(segment, counts);
        }
    }

    /// <summary>Retires a segment that neither end points at any more, if both are past it and nobody else does.</summary>
    private void RetireIfBehind(CellSegment segment, long counts)
    {
        if (TAtomics.LoadAcquire(ref _seatEnd)!.Id > segment.Id
            && TAtomics.LoadAcquire(ref _serveEnd)!.Id > segment.Id
            && (counts & Retired) == 0
            && TAtomics.CompareExchange(ref segment.Counts, counts | Retired, counts) == counts)
        {
            // Nobody may come to it from behind any more: whoever looks for what is left of a dead segment would link up a segment that is
            // in use again.
            CutBefore(TAtomics.LoadAcquire(ref _serveEnd)!);
            _stock!.Retire(segment);
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
