using System.Threading.RateLimiting;

namespace RateSync.Fast.Bench.Async;

/// <summary><see cref="ConcurrencyLimiter"/>, waiting in line.</summary>
internal readonly struct ConcurrencyLimiterLoop(ConcurrencyLimiter limiter) : ITaskOperation
{
    private readonly ConcurrencyLimiter _limiter = limiter;

    public async Task RunAsync(TaskCounter done, StopSign stop)
    {
        ConcurrencyLimiter limiter = _limiter;
        while (!stop.IsRaised)
        {
            using (await limiter.AcquireAsync())
            {
                await Task.Yield();
            }

            done.Value++;
        }
    }
}
