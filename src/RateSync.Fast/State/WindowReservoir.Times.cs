using RateSync.Fast.Algorithms;

namespace RateSync.Fast.State;

internal partial struct WindowReservoir<TAtomics>
{
    /// <summary>Ticks until the newest sub-window in which something is booked has ceased to count.</summary>
    private long ResetTicks(long elapsed, long index, long below)
    {
        long newest = index;
        if (UsedNow(index) - below <= 0)
        {
            do
            {
                newest--;
            }
            while (newest > index - _terms.Older && BookedIn(newest) <= 0);
        }

        return Math.Max(0, _terms.StartOf(newest + _terms.Older + 1) - elapsed);
    }

    private long RetryTicks(long elapsed, long index, long permits, long below)
    {
        long windows = (permits - 1) / _terms.Limit;
        long rest = permits - (windows * _terms.Limit);
        long ticks = RetryTicksWithinLimit(elapsed, index, rest, below);
        long head = TAtomics.LoadAcquire(ref _head.Value);
        if (WindowHead.Count(head) + (WindowHead.Armed(head) * Chunks.ChunkSize) + rest > WindowHead.MaxBooked)
        {
            ticks = Math.Max(ticks, _terms.StartOf(index + 1) - elapsed);
        }

        Int128 all = ((Int128)windows * _terms.Ticks * (_terms.Older + 1)) + ticks;
        return (long)Int128.Min(all, long.MaxValue / 2);
    }

    private long RetryTicksWithinLimit(long elapsed, long index, long permits, long below)
    {
        long head = TAtomics.LoadAcquire(ref _head.Value);
        long current = Current(head, index);
        long used = current + (WindowHead.Armed(head) * Chunks.ChunkSize) - below;
        if (_terms.Interpolate)
        {
            long before = BookedIn(index - 1);
            long room = _terms.Limit - permits - used;
            long at = room >= 0
                ? _terms.StartOf(index) + _terms.FadesAfter(before, room)
                : _terms.StartOf(index + 1) + _terms.FadesAfter(current, Math.Max(0, _terms.Limit - permits));
            return Math.Max(0, at - elapsed);
        }

        // Newest first: what would still count after sub-window i has gone.
        long left = used;
        for (long i = index - 1; i >= index - _terms.Older; i--)
        {
            long count = BookedIn(i);
            if (left + count + permits > _terms.Limit)
            {
                return left + permits > _terms.Limit
                    ? Math.Max(0, _terms.StartOf(index + _terms.Older + 1) - elapsed)
                    : Math.Max(0, _terms.StartOf(i + _terms.Older + 1) - elapsed);
            }

            left += count;
        }

        return left + permits > _terms.Limit ? Math.Max(0, _terms.StartOf(index + _terms.Older + 1) - elapsed) : 0;
    }
}
