using System.Diagnostics;
using System.Numerics;

namespace RateSync.Fast.Bench.Measure;

/// <summary>Times in buckets that grow with the time, 32 to each power of two: percentiles are right within 3 %.</summary>
internal sealed class Histogram
{
    private const int SubBits = 5;
    private const int SubBuckets = 1 << SubBits;

    private readonly long[] _counts = new long[(64 - SubBits + 1) * SubBuckets];

    public long Count { get; private set; }

    public void Add(long ticks)
    {
        _counts[Index(Math.Max(0, ticks))]++;
        Count++;
    }

    public void Add(Histogram other)
    {
        for (int i = 0; i < _counts.Length; i++)
        {
            _counts[i] += other._counts[i];
        }

        Count += other.Count;
    }

    public void Clear()
    {
        Array.Clear(_counts);
        Count = 0;
    }

    /// <summary>The time below which the given part of all times lies, in nanoseconds.</summary>
    /// <param name="part">From 0 to 1.</param>
    public double PercentileNs(double part)
    {
        long rank = Math.Max(1, (long)Math.Ceiling(part * Count));
        long seen = 0;
        for (int i = 0; i < _counts.Length; i++)
        {
            seen += _counts[i];
            if (seen >= rank)
            {
                return Middle(i) * 1e9 / Stopwatch.Frequency;
            }
        }

        return 0;
    }

    private static int Index(long ticks)
    {
        if (ticks < SubBuckets)
        {
            return (int)ticks;
        }

        int shift = BitOperations.Log2((ulong)ticks) - SubBits;
        return ((shift + 1) << SubBits) + (int)(ticks >> shift) - SubBuckets;
    }

    private static double Middle(int index)
    {
        if (index < SubBuckets)
        {
            return index;
        }

        int shift = (index >> SubBits) - 1;
        long low = (long)(SubBuckets + (index & (SubBuckets - 1))) << shift;
        return low + ((1L << shift) / 2.0);
    }
}
