using RateSync.Fast.Algorithms;

namespace RateSync.Fast.State;

internal partial struct LogReservoir<TAtomics>
{
    public Carryover Export(long now)
    {
        Look(now);
        long near = NotFarBack(now) >> _shift;
        long head = TAtomics.LoadAcquire(ref _head.Value);
        SpentPermits[] entries = new SpentPermits[LogHead.Length(head)];
        for (int i = 0; i < entries.Length; i++)
        {
            long entry = TAtomics.LoadAcquire(ref Cell(LogHead.Tail(head) + i));
            long time = (near - LogEntry.Age(entry, near)) << _shift;
            entries[i] = new SpentPermits(time, time, LogEntry.Permits(entry));
        }

        return new Carryover { At = now, Spent = entries, LogIndex = LogHead.Index(head) };
    }

    public bool Inherit(in Carryover spent)
    {
        // From the newest on, as far as there is room: the oldest of them count together with the next, and what not even the head can
        // count is left out. While the others last, which are as many as the limit, nothing is granted: neither frees anything too early or
        // too late.
        List<(long Time, long Permits)> entries = [];
        long used = 0;
        for (int i = spent.Spent.Length - 1; i >= 0; i--)
        {
            SpentPermits part = spent.Spent[i];
            long time = ((part.To - 1) >> _shift) + 1;
            if ((spent.At >> _shift) - time >= _window)
            {
                break;
            }

            long permits = Math.Min(part.RoundedUp, LogHead.MaxUsed - used);
            used += permits;
            if (entries.Count < _ring.Length - 1)
            {
                entries.Add((time, permits));
            }
            else
            {
                entries[^1] = (entries[^1].Time, entries[^1].Permits + permits);
            }
        }

        // Entries of another log keep their indexes, by which permits that were granted there find them; those that do not count any more
        // are found to be too old.
        long index = spent.LogIndex ?? entries.Count;
        for (long i = index; i < index + _ring.Length; i++)
        {
            Cell(i) = LogEntry.Pack((spent.At >> _shift) - _window, Lap(i) - 1, 0);
        }

        for (int i = 0; i < entries.Count; i++)
        {
            long at = (index - 1 - i) & LogHead.IndexMask;
            Cell(at) = LogEntry.Pack(entries[i].Time, Lap(at), entries[i].Permits);
        }

        _head.Value = LogHead.Pack(index, entries.Count, used, line: false);
        _touched = spent.Latest;
        _head.AlsoBeside = spent.At;
        return spent.LogIndex is not null;
    }
}
