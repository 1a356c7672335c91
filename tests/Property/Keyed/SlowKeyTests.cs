using System.Globalization;
using RateSync.Fast.Algorithms;
using RateSync.Fast.Tests.Shared;

namespace RateSync.Fast.Tests.Property.Keyed;

/// <summary>
/// A key's word has few bits for the time, and none of the rounding may be seen: a burst is there at once, and no interval has a permit too
/// many.
/// </summary>
public sealed class SlowKeyTests
{
    private static readonly long[] s_frequencies = [1_000_000_000, 10_000_000, 24_000_000, 3_579_545];

    /// <summary>
    /// Rates, bursts and frequencies at which a full bucket fills within 78 hours of nanoseconds, so that time is not rounded.
    /// </summary>
    public static TheoryData<string, int, long> Exact => new()
    {
        { "0.001", 2, 1_000_000_000 },
        { "0.0013888888888888889", 5, 1_000_000_000 },
        { "1", 1, 1_000_000_000 },
        { "1", 5, 10_000_000 },
        { "3", 3, 1_000_000_000 },
        { "7", 20, 1_000_000_000 },
        { "0.1", 30, 10_000_000 },
        { "5.787037037037037E-05", 5, 1_000_000_000 },
        { "5.787037037037037E-05", 5, 10_000_000 },
        { "1000", 1_000, 1_000_000_000 },
    };

    [Theory]
    [MemberData(nameof(Exact))]
    public void The_burst_is_there_at_once_and_the_next_permit_on_the_very_tick_it_is_due(string rateText, int burst, long frequency)
    {
        double rate = double.Parse(rateText, CultureInfo.InvariantCulture);
        long due = (long)Math.Ceiling(frequency / decimal.Parse(rateText, NumberStyles.Float, CultureInfo.InvariantCulture));
        Random random = new(1);
        for (int i = 0; i < 200; i++)
        {
            ManualClock clock = new(frequency, random.NextInt64(1L << 50));
            using KeyedLimiter limiter = new(rate, burst, null, clock);
            int taken = 0;
            while (taken < burst)
            {
                int permits = random.Next(1, Math.Max(2, (burst - taken) / 2));
                Assert.True(limiter.TryAcquire("key", permits));
                taken += permits;
            }

            Assert.False(limiter.TryAcquire("key"));
            clock.Advance(due - 1);
            Assert.False(limiter.TryAcquire("key"));
            clock.Advance(1);
            Assert.True(limiter.TryAcquire("key"));
            Assert.False(limiter.TryAcquire("key"));
        }
    }

    [Fact]
    public void A_fresh_key_and_one_that_is_full_again_have_their_burst_at_once_at_any_rate_and_any_moment()
    {
        Random random = new(2);
        for (int i = 0; i < 1_000; i++)
        {
            SlowLimit limit = SlowLimit.Random(random, s_frequencies, 60);
            ManualClock clock = new(limit.Frequency, random.NextInt64(1L << 50));
            using KeyedLimiter limiter = new(limit.Rate, limit.Burst, null, clock);
            long fill = limit.LateTicksFor(limit.Burst);
            for (int round = 0; round < 4; round++)
            {
                for (int k = 0; k < limit.Burst - (round == 0 ? 0 : limiter.DeclaredShortfall); k++)
                {
                    Assert.True(limiter.TryAcquire(1), $"{limit}, round {round}: permit {k} at {clock.Ticks}");
                }

                if (clock.Ticks > long.MaxValue / 2 - fill * 2)
                {
                    break;
                }

                clock.Advance(fill + random.NextInt64(fill));
            }
        }
    }

    [Fact]
    public void A_large_burst_at_a_slow_rate_is_there_at_once()
    {
        Random random = new(3);
        for (int i = 0; i < 1_000; i++)
        {
            int burst = 1 << random.Next(5, 31);
            SlowLimit limit = SlowLimit.Random(random, s_frequencies, burst) with { Burst = burst };
            if (limit.ExactTicksFor(burst) > 1L << 60)
            {
                continue;
            }

            ManualClock clock = new(limit.Frequency, random.NextInt64(1L << 50));
            using KeyedLimiter limiter = new(limit.Rate, burst, null, clock);
            int left = burst;
            while (left > 0)
            {
                int permits = random.Next(1, left) | (left & 1);
                permits = Math.Min(permits, left);
                Assert.True(limiter.TryAcquire(1, permits), $"{limit}: {permits} of {left}");
                left -= permits;
                Assert.Equal(left, limiter.Peek(1).Remaining);
            }

            Assert.False(limiter.TryAcquire(1));
        }
    }

    [Fact]
    public void No_interval_has_a_permit_too_many_and_none_is_refused_that_is_long_due()
    {
        Random random = new(4);
        long granted = 0;
        long refused = 0;
        for (int i = 0; i < 800; i++)
        {
            SlowLimit limit = SlowLimit.Random(random, s_frequencies, 48);
            ManualClock clock = new(limit.Frequency, random.NextInt64(1L << 50));
            using KeyedLimiter limiter = new(limit.Rate, limit.Burst, null, clock);
            SlowKeyModel model = new(limit);
            for (int call = 0; call < 60 && clock.Ticks < long.MaxValue / 4; call++)
            {
                int permits = random.Next(4) == 0 ? random.Next(1, limit.Burst + 1) : 1;
                if (limiter.TryAcquire(1, permits))
                {
                    granted++;
                    model.Take(clock.Ticks, permits);
                    Assert.True(model.HoldsNow, $"{limit}: too many at {clock.Ticks}, {model}");
                }
                else
                {
                    refused++;
                    Assert.True(
                        model.MayRefuse(clock.Ticks, permits, limiter.DeclaredShortfall), $"{limit}: {permits} refused at {clock.Ticks}, {model}");
                }

                clock.Advance(NextCall(random, limit, model, clock.Ticks) - clock.Ticks);
            }
        }

        Assert.True(granted > 8_000 && refused > 8_000, $"{granted} granted, {refused} refused");
    }

    [Fact]
    public void A_key_that_is_carried_from_limit_to_limit_never_has_a_permit_too_many()
    {
        Random random = new(5);
        for (int i = 0; i < 2_000; i++)
        {
            long frequency = s_frequencies[random.Next(s_frequencies.Length)];
            SlowLimit limit = SlowLimit.Random(random, [frequency], 48);
            KeyedBucket bucket = new(limit.Rate, limit.Burst, frequency, 48);
            long now = random.NextInt64(1L << 50);
            long payload = bucket.Fresh(now);
            CarriedKeyModel model = new(now);
            long shortfall = bucket.Shortfall;
            double fastest = limit.Rate;
            for (int call = 0; call < 60 && now < 1L << 60; call++)
            {
                if (random.Next(12) == 0)
                {
                    model.AdvanceTo(now, limit);
                    limit = random.Next(2) == 0 ? limit with { Burst = random.Next(1, 49) } : SlowLimit.Random(random, [frequency], 48);
                    KeyedBucket next = new(limit.Rate, limit.Burst, frequency, 48);
                    payload = next.Adopt(bucket.Carry(payload, now), now);
                    bucket = next;
                    shortfall += bucket.Shortfall;
                    fastest = Math.Max(fastest, limit.Rate);
                }

                model.AdvanceTo(now, limit);
                int permits = random.Next(1, Math.Min(3, limit.Burst) + 1);
                if (bucket.TryTakePrepaid(payload, permits, out long after) || bucket.TryTake(payload, now, permits, out after))
                {
                    payload = after;
                    model.Take(permits);
                    Assert.True(model.Fits(limit.Burst), $"{limit}: too many at {now}");
                }
                else if (fastest < 1e5)
                {
                    // At faster rates the unit to which a change rounds up is worth more of a permit.
                    Assert.False(model.HasWellOver(permits, limit.Burst - shortfall), $"{limit}: {permits} refused at {now}");
                }

                long due = Math.Max(now, now + model.TicksUntil(permits, limit));
                now = random.Next(4) switch
                {
                    0 => now,
                    1 => now + random.NextInt64(Math.Max(1, limit.ExactTicksFor(1))),
                    2 => Math.Max(now, due - random.Next(3)),
                    _ => now + 1 + random.Next(3),
                };
            }
        }
    }

    [Fact]
    public void A_debt_of_many_bursts_at_the_slowest_rate_is_told_as_a_time_in_the_future()
    {
        ManualClock clock = new(start: 12_345);
        using KeyedLimiter limiter = new(1e-9, 2, null, clock);
        limiter.Settle("key", 0, 7);
        Decision decision = limiter.Attempt("key");
        Assert.False(decision.Allowed);
        Assert.True(decision.RetryAfter > TimeSpan.FromDays(365 * 60), $"{decision.RetryAfter}");
        Assert.True(limiter.Peek("key").ResetAfter > TimeSpan.FromDays(365 * 60));
    }

    /// <summary>Within one unit, around the time when the next permit is due, or anywhere.</summary>
    private static long NextCall(Random random, SlowLimit limit, SlowKeyModel model, long now)
    {
        long due = Math.Max(now, model.DueAt(1));
        long spread = Math.Max(1, limit.ExactTicksFor(1));
        return random.Next(8) switch
        {
            0 or 1 => now,
            2 => now + random.Next(4),
            3 => now + (long)Math.Pow(spread, random.NextDouble()),
            4 => Math.Max(now, due - random.Next(3)),
            5 => due + random.Next(3),
            6 => due + (long)Math.Pow(spread, random.NextDouble()),
            _ => now + random.NextInt64(Math.Max(1, Math.Min(long.MaxValue / 64, spread * 3))),
        };
    }
}
