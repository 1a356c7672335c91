using System.Diagnostics;
using RateSync.Fast.Bench.Measure;

namespace RateSync.Fast.Bench.Async;

/// <summary>
/// Many tasks in the same loop on the thread pool. Measured while all of them run: starting and ending them does not count.
/// </summary>
internal static class TaskCrowd
{
    private static readonly TimeSpan s_settle = TimeSpan.FromMilliseconds(5);

    /// <summary>One turn; the bytes are those of the whole process.</summary>
    public static Slice Run<TOperation>(TOperation operation, int tasks, TimeSpan duration)
        where TOperation : struct, ITaskOperation
    {
        StopSign stop = new();
        TaskCounter[] counters = [.. Enumerable.Range(0, tasks).Select(static _ => new TaskCounter())];
        Task[] running = [.. counters.Select(counter => Task.Run(() => operation.RunAsync(counter, stop)))];
        Thread.Sleep(s_settle);

        long bytes = GC.GetTotalAllocatedBytes(precise: true);
        long operations = Sum(counters);
        long start = Stopwatch.GetTimestamp();
        Thread.Sleep(duration);
        TimeSpan elapsed = Stopwatch.GetElapsedTime(start);
        operations = Sum(counters) - operations;
        bytes = GC.GetTotalAllocatedBytes(precise: true) - bytes;
        stop.Raise();
        Task.WaitAll(running);
        return new Slice(elapsed.TotalNanoseconds / operations, operations, operations, bytes);
    }

    private static long Sum(TaskCounter[] counters) => counters.Sum(static c => Volatile.Read(ref c.Value));
}
