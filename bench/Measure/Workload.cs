namespace RateSync.Fast.Bench.Measure;

/// <summary>Something that threads can do in batches.</summary>
internal abstract class Workload
{
    /// <summary>The method whose code is measured, as the runtime names it when it compiles it.</summary>
    public abstract string LoopName { get; }

    /// <summary>
    /// Operations in a batch: set so that a batch takes some tens of microseconds, against which a clock read is nothing.
    /// </summary>
    public int Batch { get; set; } = 64;

    /// <summary>Does a batch of operations on the calling thread.</summary>
    /// <param name="thread">Which of the measuring threads is calling, from 0.</param>
    /// <param name="start">Operations that this thread has done before.</param>
    /// <param name="operations">How many to do.</param>
    /// <returns>How many were granted.</returns>
    public abstract long Run(int thread, long start, int operations);
}
