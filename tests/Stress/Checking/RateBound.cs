using System.Numerics;
using RateSync.Fast.Tests.Stress.Recording;

namespace RateSync.Fast.Tests.Stress.Checking;

/// <summary>
/// Checks a <see cref="RateLaw"/> over every interval of a recorded run: with n calls that is n squared intervals, in O(n log n).
/// </summary>
internal static class RateBound
{
    public static BoundReport Check(ReadOnlySpan<Call> calls, RateLaw law)
    {
        if (calls.IsEmpty)
        {
            return BoundReport.Empty;
        }

        // An interval [a, b] breaks the law if ticks * (permits inside) - rate * (b - a) > ticks * burst. For a given a the left side is
        // largest where (ticks * permits inside [a, b]) - rate * b is, which the tree knows.
        IntervalSweep sweep = new(calls);
        long origin = First(calls);
        Guard(calls, law, origin);
        MaxPrefixTree tree = new(calls.Length);
        long most = MaxPrefixTree.None;
        long start = 0;
        long end = 0;
        while (sweep.TryNext(out Call call, out int place))
        {
            long weight = call.Permits * law.Ticks;
            if (call.Permits < 0)
            {
                tree.SetWeight(place, weight);
                continue;
            }

            tree.SetCandidate(place, weight, -law.Permits * (call.End - origin));
            long value = tree.Best + (law.Permits * (call.Start - origin));
            if (value > most)
            {
                most = value;
                start = call.Start;
                end = sweep.Keys[tree.PlaceOf(tree.Best)];
            }
        }

        return sweep.Takes == 0
            ? BoundReport.Empty
            : BoundReport.For(calls, sweep.Takes, most <= law.Burst * law.Ticks, start, end, law.Most(end - start));
    }

    private static long First(ReadOnlySpan<Call> calls)
    {
        long first = long.MaxValue;
        foreach (ref readonly Call call in calls)
        {
            first = Math.Min(first, call.Start);
        }

        return first;
    }

    /// <summary>Nothing that is added up may come near the end of a word.</summary>
    private static void Guard(ReadOnlySpan<Call> calls, RateLaw law, long origin)
    {
        BigInteger permits = 0;
        long last = origin;
        foreach (ref readonly Call call in calls)
        {
            permits += Math.Abs((long)call.Permits);
            last = Math.Max(last, call.End);
        }

        BigInteger most = ((permits + law.Burst) * law.Ticks) + ((BigInteger)law.Permits * (last - origin));
        if (most >= BigInteger.One << 61)
        {
            throw new OverflowException("The run is too long for this law to be checked in 64 bits.");
        }
    }
}
