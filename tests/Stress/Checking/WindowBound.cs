using RateSync.Fast.Tests.Stress.Recording;

namespace RateSync.Fast.Tests.Stress.Checking;

/// <summary>Checks that no more than so many permits were taken in any window [a, a + length), wherever it is laid.</summary>
internal static class WindowBound
{
    public static BoundReport Check(ReadOnlySpan<Call> calls, long limit, long length)
    {
        IntervalSweep sweep = new(calls);
        if (sweep.Takes == 0)
        {
            return BoundReport.Empty;
        }

        MaxPrefixTree tree = new(calls.Length);
        long most = MaxPrefixTree.None;
        long start = 0;
        int places = calls.Length;
        while (sweep.TryNext(out Call call, out int place))
        {
            if (call.Permits < 0)
            {
                tree.SetWeight(place, call.Permits);
                continue;
            }

            tree.SetCandidate(place, call.Permits, 0);
            while (places > 0 && sweep.Keys[places - 1] >= call.Start + length)
            {
                places--;
            }

            long value = tree.BestOfFirst(places);
            if (value > most)
            {
                most = value;
                start = call.Start;
            }
        }

        return BoundReport.For(calls, sweep.Takes, most <= limit, start, EndOfBest(calls, start, length, most), limit);
    }

    /// <summary>
    /// As <see cref="Check"/> for windows that follow each other without a gap: the first begins at a tick from <paramref name="earliest"/>
    /// to
    /// <paramref name="latest"/>. Calls that may lie across a border count in neither window.
    /// </summary>
    public static BoundReport CheckAligned(ReadOnlySpan<Call> calls, long limit, long length, long earliest, long latest)
    {
        if (latest - earliest >= length)
        {
            throw new ArgumentOutOfRangeException(nameof(latest), "The borders are not known to within a window.");
        }

        Dictionary<long, long> taken = [];
        long worst = long.MinValue;
        int takes = 0;
        foreach (ref readonly Call call in calls)
        {
            takes += call.Permits >= 0 ? 1 : 0;

            // The window that both ends are in for certain; given back counts wherever it may have been.
            long first = Math.DivRem(call.Start - latest, length).Quotient;
            long last = Math.DivRem(call.End - earliest, length).Quotient;
            if (call.Permits >= 0 && call.Start >= latest && first == last)
            {
                taken[first] = taken.GetValueOrDefault(first) + call.Permits;
            }
            else if (call.Permits < 0)
            {
                for (long window = first; window <= last; window++)
                {
                    taken[window] = taken.GetValueOrDefault(window) + call.Permits;
                }
            }
        }

        foreach ((long window, long permits) in taken)
        {
            worst = worst < 0 || permits > taken[worst] ? window : worst;
        }

        if (worst < 0)
        {
            return BoundReport.Empty;
        }

        long start = latest + (worst * length);
        return BoundReport.For(calls, takes, taken[worst] <= limit, start, earliest + ((worst + 1) * length) - 1, limit);
    }

    /// <summary>The shortest interval from there that holds as much as was found; only for the report.</summary>
    private static long EndOfBest(ReadOnlySpan<Call> calls, long start, long length, long most)
    {
        List<(long Key, int Permits)> inside = [];
        foreach (ref readonly Call call in calls)
        {
            long key = call.Permits >= 0 ? call.End : call.Start;
            if ((call.Permits >= 0 ? call.Start : call.End) >= start && key < start + length)
            {
                inside.Add((key, call.Permits));
            }
        }

        inside.Sort(static (x, y) => x.Key != y.Key ? x.Key.CompareTo(y.Key) : x.Permits.CompareTo(y.Permits));
        long sum = 0;
        foreach ((long key, int permits) in inside)
        {
            sum += permits;
            if (sum == most && permits >= 0)
            {
                return key;
            }
        }

        return start + length - 1;
    }
}
