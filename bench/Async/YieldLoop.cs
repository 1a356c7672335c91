namespace RateSync.Fast.Bench.Async;

/// <summary>The loop without a semaphore: one hop over the thread pool.</summary>
internal readonly struct YieldLoop : ITaskOperation
{
    public async Task RunAsync(TaskCounter done, StopSign stop)
    {
        while (!stop.IsRaised)
        {
            await Task.Yield();
            done.Value++;
        }
    }
}
