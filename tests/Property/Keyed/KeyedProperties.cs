using RateSync.Fast.Tests.Property.Waiting;
using RateSync.Fast.Tests.Shared;

namespace RateSync.Fast.Tests.Property.Keyed;

public sealed class KeyedProperties
{
    /// <summary>A power of two, in which a table's coarse units are exact.</summary>
    private const long TicksPerSecond = 1L << 20;

    [Theory]
    [InlineData(1, 1)]
    [InlineData(64, 5)]
    [InlineData(1024, 31)]
    public Task Each_key_has_a_bucket_as_if_it_were_alone(int rate, int burst) => Sequences.RunAsync(100, 300, (random, steps, log) =>
    {
        ManualClock clock = new(TicksPerSecond);
        KeyedLimiter limiter = new(rate, burst, null, clock);
        KeyedRun run = new(limiter, clock, new KeyedModel(() => new BucketOracle(TicksPerSecond / rate, burst)), random, log)
        {
            Keys = random.Next(1, 200),
            Unit = TicksPerSecond / rate,
            Stride = (burst * TicksPerSecond / rate) + (TicksPerSecond * random.Next(1, 30)),
        };
        run.Steps(steps);
        return Task.CompletedTask;
    });

    [Theory]
    [InlineData(1)]
    [InlineData(5)]
    [InlineData(1000)]
    public Task Each_key_has_a_fixed_window_as_if_it_were_alone(int limit) => Sequences.RunAsync(100, 300, (random, steps, log) =>
    {
        ManualClock clock = new(TicksPerSecond);
        KeyedLimiter limiter = KeyedLimiter.FixedWindow(limit, TimeSpan.FromSeconds(1), null, clock);
        KeyedRun run = new(limiter, clock, new KeyedModel(() => new KeyedWindowOracle(limit, TicksPerSecond, 0)), random, log)
        {
            Keys = random.Next(1, 200),
            Unit = 1,
            Stride = TicksPerSecond * random.Next(1, 30),
        };
        run.Steps(steps);
        return Task.CompletedTask;
    });

    [Theory]
    [InlineData(1, 8)]
    [InlineData(15, 8)]
    [InlineData(100, 4)]
    [InlineData(1000, 2)]
    [InlineData(4100, 1)]
    public Task Each_key_has_a_sliding_window_as_if_it_were_alone(int limit, int older) => Sequences.RunAsync(100, 300, (random, steps, log) =>
    {
        ManualClock clock = new(TicksPerSecond);
        KeyedLimiter limiter = KeyedLimiter.SlidingWindow(limit, TimeSpan.FromSeconds(1), null, clock);
        KeyedRun run = new(limiter, clock, new KeyedModel(() => new KeyedWindowOracle(limit, TicksPerSecond / older, older)), random, log)
        {
            Keys = random.Next(1, 200),
            Unit = 1,
            Stride = TicksPerSecond * random.Next(1, 30),
        };
        run.Steps(steps);
        return Task.CompletedTask;
    });

    [Theory]
    [InlineData(3.7, 1)]
    [InlineData(1234.5, 30)]
    [InlineData(100, 64)]
    [InlineData(100_000, 5_000)]
    [InlineData(1e6, 100_000)]
    public Task No_key_ever_has_more_than_its_bound_nor_less_than_what_is_declared(double rate, int burst) =>
        Sequences.RunAsync(40, 1500, (random, steps, log) =>
        {
            // A nanosecond clock and a bound in whole nanoseconds, rounded against the limiter.
            ManualClock clock = new();
            KeyedLimiter limiter = new(rate, burst, null, clock);
            long cost = (long)(1e9 / rate);
            KeyedModel bound = new(() => new BucketOracle(cost, burst));
            int keys = random.Next(1, 20);
            long slack = (long)(2e9 / rate * 1.001) + 2;
            for (int i = 0; i < steps; i++)
            {
                string key = "key " + random.Next(keys);
                int permits = random.Next(4) == 0 ? random.Next(1, burst + 1) : random.Next(1, Math.Max(2, burst / 50));
                long due = bound[key].DueAt(clock.Ticks, permits);
                bool granted = limiter.TryAcquire(key, permits);
                log.Add($"{clock.Ticks}: {key}, {permits}: {granted}");
                if (granted)
                {
                    Assert.True(due <= clock.Ticks, $"{due - clock.Ticks} ns too early.");
                    bound[key].Take(clock.Ticks, permits);
                }
                else if (permits + limiter.DeclaredShortfall <= burst)
                {
                    long latest = bound[key].DueAt(clock.Ticks, permits + (int)limiter.DeclaredShortfall) + slack;
                    Assert.True(clock.Ticks < latest, $"{clock.Ticks - latest} ns late.");
                }

                clock.Advance(random.NextInt64(random.Next(50) == 0 ? 5_000_000_000 : random.Next(2) == 0 ? 4 * cost : 40 * cost));
            }

            return Task.CompletedTask;
        });

    [Fact]
    public Task Each_key_has_slots_as_if_it_were_alone() => Sequences.RunAsync(200, 1000, (random, steps, log) =>
    {
        int max = random.Next(1, 6);
        KeyedLimiter limiter = KeyedLimiter.Concurrency(max);
        Dictionary<string, int> taken = [];
        for (int i = 0; i < steps; i++)
        {
            string key = "key " + random.Next(100);
            int held = taken.GetValueOrDefault(key);
            int permits = random.Next(1, max + 1);
            switch (random.Next(5))
            {
                case 0 or 1:
                    log.Add($"TryAcquire({key}, {permits})");
                    Assert.Equal(held + permits <= max, limiter.TryAcquire(key, permits));
                    taken[key] = held + permits <= max ? held + permits : held;
                    break;
                case 2 when permits <= held:
                    log.Add($"Release({key}, {permits})");
                    limiter.Release(key, permits);
                    taken[key] = held - permits;
                    break;
                case 2:
                    log.Add($"Release({key}, {permits}) too many");
                    Assert.Throws<SemaphoreFullException>(() => limiter.Release(key, permits));
                    break;
                case 3:
                    log.Add("ForgetUnused()");
                    limiter.ForgetUnused();
                    break;
                case 4:
                    Assert.Equal(max - held, limiter.Peek(key).Remaining);
                    break;
            }
        }

        Assert.All(taken, pair => Assert.Equal(max - pair.Value, limiter.Peek(pair.Key).Remaining));
        return Task.CompletedTask;
    });
}
