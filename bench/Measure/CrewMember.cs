using System.Diagnostics;

namespace RateSync.Fast.Bench.Measure;

/// <summary>One measuring thread.</summary>
internal sealed class CrewMember : IDisposable
{
    private readonly Crew _crew;
    private readonly AutoResetEvent _work = new(false);
    private readonly AutoResetEvent _alone = new(false);
    private readonly Thread _thread;
    private Workload? _workload;
    private Action? _action;
    private int _threads;
    private long _ticks;
    private long _total;
    private bool _stop;

    public CrewMember(Crew crew, int index)
    {
        _crew = crew;
        Index = index;
        _thread = new Thread(Work) { IsBackground = true, Name = "measuring " + index };
        _thread.Start();
    }

    public int Index { get; }

    public long Operations { get; private set; }

    public long Granted { get; private set; }

    public long Bytes { get; private set; }

    public long Start { get; private set; }

    public long End { get; private set; }

    public void Begin(Workload workload, int threads, long ticks)
    {
        _workload = workload;
        _threads = threads;
        _ticks = ticks;
        _work.Set();
    }

    public void RunAlone(Action action)
    {
        _action = action;
        _work.Set();
        _alone.WaitOne();
    }

    public void Dispose()
    {
        _stop = true;
        _work.Set();
        _thread.Join();
        _work.Dispose();
        _alone.Dispose();
    }

    private void Work()
    {
        while (true)
        {
            _work.WaitOne();
            if (_stop)
            {
                return;
            }

            if (_action is { } action)
            {
                _action = null;
                action();
                _alone.Set();
                continue;
            }

            RunSlice(_workload!);
            _crew.Finished();
        }
    }

    private void RunSlice(Workload workload)
    {
        int batch = workload.Batch;
        long operations = 0;
        long granted = 0;
        _crew.Meet(_threads);
        long bytes = GC.GetAllocatedBytesForCurrentThread();
        long start = Stopwatch.GetTimestamp();
        long end = start + _ticks;
        long now;
        do
        {
            granted += workload.Run(Index, _total + operations, batch);
            operations += batch;
            now = Stopwatch.GetTimestamp();
        }
        while (now < end);

        Bytes = GC.GetAllocatedBytesForCurrentThread() - bytes;
        Start = start;
        End = now;
        Operations = operations;
        Granted = granted;
        _total += operations;
    }
}
