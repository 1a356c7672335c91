namespace RateSync.Fast.Bench.Async;

/// <summary><see cref="SemaphoreSlim"/>, waiting in line.</summary>
internal readonly struct SemaphoreSlimLoop(SemaphoreSlim gate) : ITaskOperation
{
    private readonly SemaphoreSlim _gate = gate;

    public async Task RunAsync(TaskCounter done, StopSign stop)
    {
        SemaphoreSlim gate = _gate;
        while (!stop.IsRaised)
        {
            await gate.WaitAsync();
            try
            {
                await Task.Yield();
            }
            finally
            {
                gate.Release();
            }

            done.Value++;
        }
    }
}
