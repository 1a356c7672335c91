namespace RateSync.Fast.Bench.Async;

/// <summary>The loop without a semaphore, with as many hops over the thread pool as a fair hand-over takes.</summary>
internal readonly struct TwoYieldsLoop : ITaskOperation
{
    public async Task RunAsync(TaskCounter done, StopSign stop)
    {
        while (!stop.IsRaised)
        {
            await Task.Yield();
            await Task.Yield();
            done.Value++;
        }
    }
}
