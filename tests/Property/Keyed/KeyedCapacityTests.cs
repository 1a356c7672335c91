using RateSync.Fast.Algorithms;
using RateSync.Fast.State;
using RateSync.Fast.Tests.Property.Waiting;
using RateSync.Fast.Tests.Shared;
using RateSync.Fast.Time;
using Xunit.Sdk;

namespace RateSync.Fast.Tests.Property.Keyed;

public sealed class KeyedCapacityTests
{
    private const long TicksPerSecond = 1L << 20;

    [Theory]
    [InlineData("bucket")]
    [InlineData("large bucket")]
    [InlineData("fixed")]
    [InlineData("sliding")]
    [InlineData("slots")]
    public void Every_key_keeps_its_state_while_the_table_grows(string kind)
    {
        const int Keys = 100_000;
        ManualClock clock = new(TicksPerSecond);
        using KeyedLimiter limiter = kind switch
        {
            "bucket" => new KeyedLimiter(0.001, 10, null, clock),
            "large bucket" => new KeyedLimiter(0.001, 100, null, clock),
            "fixed" => KeyedLimiter.FixedWindow(10, TimeSpan.FromHours(1), null, clock),
            "sliding" => KeyedLimiter.SlidingWindow(10, TimeSpan.FromHours(1), null, clock),
            _ => KeyedLimiter.Concurrency(10),
        };
        for (int key = 0; key < Keys; key++)
        {
            Assert.True(limiter.TryAcquire(key, 1 + (key % 9)));

            // Another look at one of those from before, which may be on its way.
            int earlier = (int)(key * 7919L % (key + 1));
            Assert.Equal(limiter.Limit - 1 - (earlier % 9), limiter.Peek(earlier).Remaining);
        }

        Assert.Equal(Keys, limiter.Count);
        for (int key = 0; key < Keys; key++)
        {
            Assert.Equal(limiter.Limit - 1 - (key % 9), limiter.Peek(key).Remaining);
        }

        Assert.Equal(0, limiter.ForgetUnused());
        Assert.InRange(limiter.MemoryBytes, 0, (32L * Keys) + 4096);
    }

    [Theory]
    [InlineData(KeyOverflow.Share)]
    [InlineData(KeyOverflow.Refuse)]
    public Task Beyond_the_bound_on_keys_limits_are_stricter_and_keys_with_a_place_are_left_alone(KeyOverflow overflow) =>
        Sequences.RunAsync(60, 3000, (random, steps, log) =>
        {
            const int MaxKeys = 64;
            ManualClock clock = new(TicksPerSecond);
            KeyedLimiterOptions options = new() { MaxKeys = MaxKeys, Overflow = overflow };
            using KeyedLimiter limiter = new(1, 5, options, clock);
            KeyedModel model = new(() => new BucketOracle(TicksPerSecond, 5));
            for (int i = 0; i < steps; i++)
            {
                int number = random.Next(3) == 0 ? random.Next(20) : random.Next(300);
                string key = "key " + number;
                int permits = random.Next(1, 6);
                long now = clock.Ticks;
                bool due = model[key].DueAt(now, permits) <= now;
                log.Add($"{now}: TryAcquire({key}, {permits})");
                bool granted = limiter.TryAcquire(key, permits);
                Assert.True(due || !granted, "More than its bound.");
                if (granted)
                {
                    model[key].Take(now, permits);
                }

                Assert.InRange(limiter.Count, 0, MaxKeys);
                if (random.Next(20) == 0)
                {
                    clock.Advance(random.Next(10) * TicksPerSecond);
                }

                if (random.Next(100) == 0)
                {
                    limiter.ForgetUnused();
                }
            }

            // Once all are whole again, everybody finds room, one after the other.
            clock.Advance(60 * TicksPerSecond);
            for (int key = 0; key < 300; key++)
            {
                Assert.True(limiter.TryAcquire("key " + key, 5));
                clock.Advance(6 * TicksPerSecond);
            }

            return Task.CompletedTask;
        });

    [Fact]
    public void Keys_that_have_a_place_are_not_touched_by_a_flood_of_others()
    {
        ManualClock clock = new(TicksPerSecond);
        using KeyedLimiter limiter = new(0.001, 10, new KeyedLimiterOptions { MaxKeys = 64 }, clock);
        int placed = 0;
        while (limiter.Count < 40)
        {
            Assert.True(limiter.TryAcquire("placed " + placed, 1 + (placed % 9)));
            placed++;
        }

        for (int i = 0; i < 10_000; i++)
        {
            limiter.TryAcquire(i);
        }

        Assert.True(limiter.GetMetrics().Overflowed > 0);
        for (int key = 0; key < placed; key++)
        {
            Assert.Equal(9 - (key % 9), limiter.Peek("placed " + key).Remaining);
        }
    }

    [Fact]
    public void Forgetting_gives_nobody_anything() => CheckForgetting<Mistakes.None>();

    [Fact]
    public void D20_forgetting_a_key_before_its_limit_is_whole_is_found() =>
        Assert.ThrowsAny<XunitException>(CheckForgetting<Mistakes.IdleSinceUse>);

    private static void CheckForgetting<TDefect>()
        where TDefect : struct, IDefects
    {
        Random random = new(5);
        ManualClock manual = new(TicksPerSecond);
        Clock clock = new(manual);
        KeyTable<KeyedBucket, DefectiveAtomics<TDefect>, LineShape> table =
            new(new KeyedBucket(1, 20, TicksPerSecond), clock, buckets: 8, maxBuckets: 64, maxKeys: 256, overflowCells: 0);
        KeyHasher hasher = KeyHasher.FromSeed(6);
        BucketOracle[] keys = [.. Enumerable.Range(0, 200).Select(static _ => new BucketOracle(TicksPerSecond, 20))];
        for (int i = 0; i < 20_000; i++)
        {
            int key = random.Next(keys.Length);
            int permits = random.Next(1, 21);
            bool due = keys[key].DueAt(manual.Ticks, permits) <= manual.Ticks;
            Assert.Equal(due, table.TryTake(hasher.Hash(key), permits));
            if (due)
            {
                keys[key].Take(manual.Ticks, permits);
            }

            if (random.Next(50) == 0)
            {
                manual.Advance(random.Next(12) * TicksPerSecond);
                table.SweepAll();
            }
        }
    }
}
