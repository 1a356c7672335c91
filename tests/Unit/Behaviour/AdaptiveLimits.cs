using RateSync.Fast.Tests.Shared;

namespace RateSync.Fast.Tests.Unit.Behaviour;

/// <summary>A server that answers in 10 ms up to so many requests at once, and from there on makes each wait in proportion.</summary>
public class AdaptiveLimits
{
    private const double UnloadedMs = 10;

    private readonly ManualClock _clock = new();

    [Theory]
    [InlineData(AdaptiveAlgorithm.Gradient)]
    [InlineData(AdaptiveAlgorithm.Aimd)]
    public void The_limit_finds_the_servers_knee_and_follows_it(AdaptiveAlgorithm algorithm)
    {
        using AdaptiveSemaphore semaphore = new(
            new()
            {
                Algorithm = algorithm,
                MaxConcurrent = 500,
                InitialConcurrent = 20,
                TargetLatency = TimeSpan.FromMilliseconds(UnloadedMs * 1.05),
            },
            _clock);
        foreach (int knee in (int[])[100, 40, 200])
        {
            Run(semaphore, knee, windows: 600);
            double average = Run(semaphore, knee, windows: 200);
            Assert.InRange(average, knee * 0.75, knee * 1.25);
        }
    }

    [Fact]
    public void Drops_lower_the_limit()
    {
        using AdaptiveSemaphore semaphore = new(new() { Algorithm = AdaptiveAlgorithm.Aimd, InitialConcurrent = 100 }, _clock);
        for (int i = 0; i < 10; i++)
        {
            semaphore.ObserveDrop();
        }

        _clock.Advance(TimeSpan.FromMilliseconds(101));
        semaphore.ObserveDrop();
        Assert.Equal(90, semaphore.CurrentLimit);
    }

    /// <summary>Full load for so many windows; the limit on average.</summary>
    private double Run(AdaptiveSemaphore semaphore, int knee, int windows)
    {
        double sum = 0;
        for (int i = 0; i < windows; i++)
        {
            int inside = 0;
            while (semaphore.TryAcquire())
            {
                inside++;
            }

            TimeSpan latency = TimeSpan.FromMilliseconds(UnloadedMs * Math.Max(1, (double)inside / knee));
            _clock.Advance(TimeSpan.FromMilliseconds(101));
            for (int sample = 0; sample < 10; sample++)
            {
                semaphore.Observe(latency);
            }

            semaphore.Release(inside);
            sum += semaphore.CurrentLimit;
        }

        return sum / windows;
    }
}
