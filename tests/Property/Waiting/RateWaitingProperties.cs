using RateSync.Fast.Tests.Shared;

namespace RateSync.Fast.Tests.Property.Waiting;

public sealed class RateWaitingProperties
{
    /// <summary>One clock tick is 100 ns, so that timers are exact.</summary>
    private const long TicksPerSecond = TimeSpan.TicksPerSecond;

    [Theory]
    [InlineData(1, 1, int.MaxValue, false)]
    [InlineData(10, 5, int.MaxValue, false)]
    [InlineData(1000, 8, 3, false)]
    [InlineData(100, 3, 0, false)]
    [InlineData(50, 4, int.MaxValue, true)]
    public Task Waiting_for_a_bucket_is_first_come_first_served_and_ends_to_the_tick(int rate, int burst, int queueLimit, bool barging) =>
        Sequences.RunAsync(300, 150, (random, steps, log) =>
        {
            ManualClock clock = new(TicksPerSecond);
            TokenBucketOptions options = new() { QueueLimit = queueLimit, AllowBarging = barging, Sharding = Sharding.None };
            TokenBucket limiter = new(rate, burst, options, clock);
            RateModel model = new(new BucketOracle(TicksPerSecond / rate, burst), queueLimit, barging);
            RateRun run = new(limiter, clock, model, random, log) { Foresees = true, HasDebt = true, Stride = 3 * TicksPerSecond / rate };
            return run.StepsAsync(steps);
        });

    [Theory]
    [InlineData(10, int.MaxValue)]
    [InlineData(1000, 2)]
    public Task A_leaky_bucket_lets_its_waiters_out_one_by_one(int rate, int capacity) => Sequences.RunAsync(300, 150, (random, steps, log) =>
    {
        ManualClock clock = new(TicksPerSecond);
        LeakyBucket limiter = new(rate, capacity, timeProvider: clock);
        RateModel model = new(new BucketOracle(TicksPerSecond / rate, 1), capacity, barging: false);
        RateRun run = new(limiter, clock, model, random, log) { Foresees = true, HasDebt = true, Stride = 2 * TicksPerSecond / rate };
        return run.StepsAsync(steps);
    });

    [Theory]
    [InlineData(1, int.MaxValue, false)]
    [InlineData(5, int.MaxValue, false)]
    [InlineData(5, 2, true)]
    public Task Waiting_for_a_fixed_window_ends_with_the_window(int limit, int queueLimit, bool barging) =>
        Sequences.RunAsync(300, 150, (random, steps, log) =>
        {
            ManualClock clock = new(TicksPerSecond);
            FixedWindowOptions options = new() { QueueLimit = queueLimit, AllowBarging = barging, Sharding = Sharding.None };
            FixedWindow limiter = new(limit, TimeSpan.FromSeconds(1), options, clock);
            RateModel model = new(new WindowOracle(limit, TicksPerSecond, older: 0), queueLimit, barging);
            RateRun run = new(limiter, clock, model, random, log) { Foresees = limit == 1, Stride = TicksPerSecond };
            return run.StepsAsync(steps);
        });

    [Theory]
    [InlineData(1, int.MaxValue)]
    [InlineData(5, 3)]
    public Task Waiting_for_sub_windows_ends_when_the_oldest_one_does(int limit, int queueLimit) =>
        Sequences.RunAsync(300, 150, (random, steps, log) =>
        {
            ManualClock clock = new(TicksPerSecond);
            SlidingWindowOptions options = new()
            {
                QueueLimit = queueLimit,
                Precision = SlidingWindowPrecision.SubWindows,
                SubWindows = 4,
                Sharding = Sharding.None,
            };
            SlidingWindow limiter = new(limit, TimeSpan.FromSeconds(1), options, clock);
            RateModel model = new(new WindowOracle(limit, TicksPerSecond / 4, older: 4), queueLimit, barging: false);
            RateRun run = new(limiter, clock, model, random, log) { Foresees = limit == 1, Stride = TicksPerSecond / 2 };
            return run.StepsAsync(steps);
        });

    [Theory]
    [InlineData(1, int.MaxValue)]
    [InlineData(5, 3)]
    public Task Waiting_for_an_exact_window_ends_when_a_grant_is_a_window_old(int limit, int queueLimit) =>
        Sequences.RunAsync(300, 150, (random, steps, log) =>
        {
            ManualClock clock = new(TicksPerSecond);
            SlidingWindow limiter = new(limit, TimeSpan.FromSeconds(1), new SlidingWindowOptions { QueueLimit = queueLimit }, clock);
            RateModel model = new(new WindowOracle(limit, 1, older: TicksPerSecond - 1), queueLimit, barging: false);
            RateRun run = new(limiter, clock, model, random, log) { Foresees = limit == 1, Stride = TicksPerSecond / 2 };
            return run.StepsAsync(steps);
        });
}
