using System.Diagnostics;

namespace RateSync.Fast.Bench.Measure;

/// <summary>
/// Threads that live as long as the program, so that thread-bound state is warm. They start a slice together and time themselves;
/// they are pinned to nothing.
/// </summary>
internal sealed class Crew : IDisposable
{
    public const int MaxThreads = 16;

    private readonly CrewMember[] _members;
    private readonly CountdownEvent _done = new(1);
    private int _arrived;

    public Crew()
    {
        _members = [.. Enumerable.Range(0, MaxThreads).Select(i => new CrewMember(this, i))];

        // Limiters number threads in the order in which they first come by, the lowest free number first. Thread i gets number i.
        TokenBucket door = new(1, 1);
        Workload knock = new Loop<Operations.TokenBucketOperation>(_ => new Operations.TokenBucketOperation(door));
        foreach (CrewMember member in _members)
        {
            member.RunAlone(() => knock.Run(member.Index, 0, 1));
        }
    }

    /// <summary>Lets so many threads work at the same time for a while.</summary>
    public Slice Run(Workload workload, int threads, TimeSpan duration)
    {
        _done.Reset(threads);
        Volatile.Write(ref _arrived, 0);
        long ticks = (long)(duration.TotalSeconds * Stopwatch.Frequency);
        for (int i = 0; i < threads; i++)
        {
            _members[i].Begin(workload, threads, ticks);
        }

        _done.Wait();
        return Add(threads);
    }

    /// <summary>Runs something once on the first measuring thread.</summary>
    public void RunAlone(Action action) => _members[0].RunAlone(action);

    public void Dispose()
    {
        foreach (CrewMember member in _members)
        {
            member.Dispose();
        }

        _done.Dispose();
    }

    /// <summary>Returns when all threads of a slice are there.</summary>
    internal void Meet(int threads)
    {
        Interlocked.Increment(ref _arrived);
        SpinWait spin = default;
        while (Volatile.Read(ref _arrived) < threads)
        {
            // Where every thread has a core it spins, so that all start within a microsecond.
            spin.SpinOnce(sleep1Threshold: -1);
        }
    }

    internal void Finished() => _done.Signal();

    private Slice Add(int threads)
    {
        long operations = 0;
        long granted = 0;
        long bytes = 0;
        double perSecond = 0;
        long start = long.MaxValue;
        long end = 0;
        foreach (CrewMember member in _members.AsSpan(0, threads))
        {
            operations += member.Operations;
            granted += member.Granted;
            bytes += member.Bytes;
            perSecond += member.Operations / Stopwatch.GetElapsedTime(member.Start, member.End).TotalSeconds;
            start = Math.Min(start, member.Start);
            end = Math.Max(end, member.End);
        }

        if (threads > Environment.ProcessorCount)
        {
            // Threads that take turns do not start together: only the time of them all counts.
            perSecond = operations / Stopwatch.GetElapsedTime(start, end).TotalSeconds;
        }

        return new Slice(1e9 / perSecond, operations, granted, bytes);
    }
}
