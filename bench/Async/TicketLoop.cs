namespace RateSync.Fast.Bench.Async;

/// <summary><see cref="TicketSemaphore"/>, waiting in line.</summary>
internal readonly struct TicketLoop(TicketSemaphore gate) : ITaskOperation
{
    private readonly TicketSemaphore _gate = gate;

    public async Task RunAsync(TaskCounter done, StopSign stop)
    {
        TicketSemaphore gate = _gate;
        while (!stop.IsRaised)
        {
            using (await gate.AcquireAsync())
            {
                await Task.Yield();
            }

            done.Value++;
        }
    }
}
