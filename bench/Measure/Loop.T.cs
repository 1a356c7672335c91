using System.Runtime.CompilerServices;

namespace RateSync.Fast.Bench.Measure;

/// <summary>The one measuring loop. The compiler makes a method of its own for each operation.</summary>
internal sealed class Loop<TOperation>(Func<int, TOperation> perThread) : Workload
    where TOperation : struct, IOperation
{
    private readonly TOperation[] _operations = [.. Enumerable.Range(0, Crew.MaxThreads).Select(perThread)];

    public override string LoopName => typeof(Loop<TOperation>).ToString();

    [MethodImpl(MethodImplOptions.NoInlining)]
    public override long Run(int thread, long start, int operations)
    {
        TOperation operation = _operations[thread];
        operation.Begin(start);
        long granted = 0;
        for (int i = 0; i < operations; i++)
        {
            if (operation.Invoke())
            {
                granted++;
            }
        }

        return granted;
    }
}
