using RateSync.Fast.State;
using RateSync.Fast.Tests.Property.Waiting;
using RateSync.Fast.Tests.Shared;

namespace RateSync.Fast.Tests.Property.Semaphores;

public sealed class TicketSemaphoreProperties
{
    [Theory]
    [InlineData(1, int.MaxValue)]
    [InlineData(1, 0)]
    [InlineData(2, 3)]
    [InlineData(3, int.MaxValue)]
    [InlineData(5, 2)]
    [InlineData(40, int.MaxValue)]
    [InlineData(40, 4)]
    public Task A_semaphore_does_what_the_obvious_one_does(int max, int queueLimit) => Sequences.RunAsync(400, 160, (random, steps, log) =>
    {
        ManualClock clock = new();
        TicketSemaphoreOptions options = new() { QueueLimit = queueLimit, Sharding = random.Next(2) == 0 ? Sharding.Auto : Sharding.None };
        TicketSemaphore semaphore = new(max, options, clock);
        SemaphoreRun run = new(semaphore, clock, new SemaphoreModel(max, queueLimit), random, log)
        {
            CountsWaiters = queueLimit < int.MaxValue,
            TellsOverRelease = max < 40,
        };
        return run.StepsAsync(steps);
    });

    [Theory]
    [InlineData(int.MaxValue)]
    [InlineData(3)]
    public Task A_changed_limit_frees_nothing_that_is_out_and_loses_nothing(int queueLimit) => Sequences.RunAsync(400, 160, (random, steps, log) =>
    {
        ManualClock clock = new();
        int initial = random.Next(1, 6);
        GateLimiter<InterlockedAtomics> limiter = new(initial, most: 5, queueLimit, clock);
        SemaphoreRun run = new(limiter, clock, new SemaphoreModel(initial, queueLimit), random, log)
        {
            CountsWaiters = queueLimit < int.MaxValue,
            SetMax = limiter.SetMax,
        };
        return run.StepsAsync(steps);
    });

    [Theory]
    [InlineData(int.MaxValue, 6)]
    [InlineData(3, 6)]
    [InlineData(int.MaxValue, 60)]
    public Task A_resized_semaphore_keeps_who_is_inside_and_serves_in_turn(int queueLimit, int most) =>
        Sequences.RunAsync(300, 160, (random, steps, log) =>
    {
        ManualClock clock = new();
        int initial = random.Next(1, most + 1);
        TicketSemaphoreOptions options = new() { QueueLimit = queueLimit, Sharding = random.Next(2) == 0 ? Sharding.Auto : Sharding.None };
        TicketSemaphore semaphore = new(initial, options, clock);
        SemaphoreRun run = new(semaphore, clock, new SemaphoreModel(initial, queueLimit), random, log)
        {
            CountsWaiters = queueLimit < int.MaxValue,
            TellsOverRelease = most < 8,
            Most = most,
            SetMax = slots =>
            {
                semaphore.Resize(slots);
                Assert.Equal(slots, semaphore.MaxConcurrent);
            },
        };
        return run.StepsAsync(steps);
    });

    [Fact]
    public void A_billion_slots_come_and_go_at_once()
    {
        TicketSemaphore semaphore = new(1, new TicketSemaphoreOptions { Sharding = Sharding.None });
        Assert.True(semaphore.TryEnter());
        semaphore.Resize(int.MaxValue);
        Assert.Equal(int.MaxValue - 1, semaphore.Available);
        Assert.True(semaphore.TryAcquire(1_000_000_000));
        semaphore.Resize(5);
        Assert.Equal(0, semaphore.Available);
        Assert.Throws<ArgumentOutOfRangeException>(() => semaphore.TryAcquire(6));
        semaphore.Resize(int.MaxValue);
        Assert.Equal(int.MaxValue - 1_000_000_001, semaphore.Available);
        semaphore.Exit();
        semaphore.Dispose();
        Assert.Throws<ObjectDisposedException>(() => semaphore.Resize(5));
    }
}
