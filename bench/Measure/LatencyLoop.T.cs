using System.Diagnostics;
using System.Runtime.CompilerServices;

namespace RateSync.Fast.Bench.Measure;

/// <summary>As <see cref="Loop{TOperation}"/>, with every so-many-th operation timed by itself.</summary>
internal sealed class LatencyLoop<TOperation>(Func<int, TOperation> perThread) : Workload, ILatencySource
    where TOperation : struct, IOperation
{
    private const int Every = 16;

    private readonly TOperation[] _operations = [.. Enumerable.Range(0, Crew.MaxThreads).Select(perThread)];
    private readonly Histogram[] _histograms = [.. Enumerable.Range(0, Crew.MaxThreads).Select(static _ => new Histogram())];

    public override string LoopName => typeof(LatencyLoop<TOperation>).ToString();

    [MethodImpl(MethodImplOptions.NoInlining)]
    public override long Run(int thread, long start, int operations)
    {
        TOperation operation = _operations[thread];
        Histogram histogram = _histograms[thread];
        operation.Begin(start);
        long granted = 0;
        for (int i = 0; i < operations; i++)
        {
            if (i % Every != 0)
            {
                granted += operation.Invoke() ? 1 : 0;
                continue;
            }

            long before = Stopwatch.GetTimestamp();
            granted += operation.Invoke() ? 1 : 0;
            histogram.Add(Stopwatch.GetTimestamp() - before);
        }

        return granted;
    }

    public Histogram TakeHistogram()
    {
        Histogram sum = new();
        foreach (Histogram histogram in _histograms)
        {
            sum.Add(histogram);
            histogram.Clear();
        }

        return sum;
    }
}
