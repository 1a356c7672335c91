namespace RateSync.Fast.State;

/// <summary>Segments of one line that are behind both its ends, and those of them that can be used again.</summary>
internal sealed class SegmentStock<TAtomics>
    where TAtomics : struct, IAtomics
{
    /// <summary>
    /// Batches of segments kept at the most: what a line of some sixteen thousand needs, or a shorter one while some thread is off its core
    /// in the middle of a call.
    /// </summary>
    private const int BatchesKept = 16;

    /// <summary>So many segments are let go, the stock being full, before it is looked again whether they can be used.</summary>
    private const int RetryAfter = 8;

    /// <summary>So many segments are retired before a fence is put on all threads for them.</summary>
    private readonly int _batch;

    // Entered only if free, once for every segment's worth of waiters; whoever finds it taken leaves the segment to the garbage collector,
    // or makes a new one. So nobody waits for it.
    private readonly Lock _gate = new();
    private readonly Queue<CellSegment> _retired;
    private readonly Stack<CellSegment> _free;
    private int _refused;

    public SegmentStock(int batch)
    {
        _batch = batch;
        _retired = new Queue<CellSegment>(2 * batch);
        _free = new Stack<CellSegment>(2 * batch);
    }

    /// <summary>A clean segment, or null.</summary>
    public CellSegment? TryTake()
    {
        if (!_gate.TryEnter())
        {
            return null;
        }

        try
        {
            return _free.TryPop(out CellSegment? segment) ? segment : null;
        }
        finally
        {
            _gate.Exit();
        }
    }

    /// <summary>A clean segment that was taken and not used.</summary>
    public void GiveBack(CellSegment segment)
    {
        if (_gate.TryEnter())
        {
            _free.Push(segment);
            _gate.Exit();
        }
    }

    /// <summary>Both ends have left the segment behind; calls that were under way may still look at it.</summary>
    public void Retire(CellSegment segment)
    {
        if (!_gate.TryEnter())
        {
            return;
        }

        try
        {
            if (_retired.Count + _free.Count >= BatchesKept * _batch)
            {
                // Full: of segments that are ready, or of such that some call still held when they were last looked at, which is
                // worth a fence again only after a while.
                if (_free.Count == 0 && ++_refused % RetryAfter == 0)
                {
                    Reclaim();
                }

                if (_retired.Count + _free.Count >= BatchesKept * _batch)
                {
                    return;
                }
            }

            segment.RetiredIn = Era.Now<TAtomics>();
            _retired.Enqueue(segment);
            if (_retired.Count % _batch == 0)
            {
                Reclaim();
            }
        }
        finally
        {
            _gate.Exit();
        }
    }

    private void Reclaim()
    {
        long oldest = Era.OldestActive<TAtomics>();
        while (_retired.TryPeek(out CellSegment? segment) && segment.RetiredIn < oldest)
        {
            _retired.Dequeue();
            Array.Clear(segment.Cells);
            segment.Next = segment.Previous = null;
            segment.Counts = 0;
            _free.Push(segment);
        }
    }
}
