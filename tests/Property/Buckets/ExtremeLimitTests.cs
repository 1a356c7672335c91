using System.Numerics;
using RateSync.Fast.Algorithms;
using RateSync.Fast.Tests.Property.Checks;
using RateSync.Fast.Tests.Shared;

namespace RateSync.Fast.Tests.Property.Buckets;

/// <summary>Limits from the ends of what can be asked for, where time is counted in units coarser than a tick among others.</summary>
public sealed class ExtremeLimitTests
{
    [Fact]
    public void The_bound_holds_and_waits_are_true_at_any_rate_and_burst() => Sequences.Run(1500, 100, static (random, steps, log) =>
    {
        (TokenBucket bucket, ManualClock clock, BucketLimits limits) = Make(random, log);
        BoundChecker bound = new(Rational.OfDecimal(limits.Rate) / limits.Frequency, limits.Burst);
        long stride = limits.Stride(random);
        for (int i = 0; i < steps && clock.Ticks < 1L << 61; i++)
        {
            int permits = (int)Math.Min(limits.Burst, random.Next(3) == 0 ? random.Next(1, int.MaxValue) : 1);
            if (random.Next(3) == 0 && bucket.Peek().Remaining is > 0 and var left)
            {
                permits = (int)Math.Min(left, int.MaxValue);
            }

            Decision decision = bucket.Attempt(permits);
            log.Add($"{clock.Ticks}: {decision}");
            if (decision.Allowed)
            {
                bound.Grant(clock.Ticks, permits);
            }
            else if (random.Next(2) == 0 && decision.RetryAfter < TimeSpan.MaxValue)
            {
                // A clock finer than 100 ns is due within that; a coarser one at the tick.
                long wait = TicksOf(decision.RetryAfter, limits.Frequency);
                long fine = Math.Max(1, limits.Frequency / TimeSpan.TicksPerSecond) + 2;
                if (wait > fine)
                {
                    clock.Advance(wait - fine);
                    Assert.False(bucket.TryAcquire(permits), "Granted before it was due.");
                    clock.Advance(fine);
                }
                else
                {
                    clock.Advance(wait);
                }

                Assert.True(bucket.TryAcquire(permits), "Refused when it was due.");
                bound.Grant(clock.Ticks, permits);
            }

            clock.Advance(random.NextInt64(stride));
        }
    });

    [Fact]
    public void A_greedy_caller_gets_the_rate_and_no_more_over_centuries() => Sequences.Run(1500, 0, static (random, _, log) =>
    {
        (TokenBucket bucket, ManualClock clock, BucketLimits limits) = Make(random, log, leastBurst: 100);
        Rational rate = Rational.OfDecimal(limits.Rate) / limits.Frequency;
        if (rate * 4 > limits.Burst)
        {
            // No caller can keep up with that.
            return;
        }

        // One request for as much as there is, over and over, each a little before the bucket is full.
        BigInteger granted = 0;
        long start = clock.Ticks;
        long step = (long)Math.Clamp(limits.Burst / limits.Rate * limits.Frequency * 0.9, 1, 1L << 54);
        step = (long)BigInteger.Min(step, (int.MaxValue / rate).Floor());
        for (int i = 0; i < 60; i++)
        {
            while (bucket.Peek() is { Remaining: > 0 } peek)
            {
                int some = (int)Math.Min(peek.Remaining, int.MaxValue);
                Assert.True(bucket.TryAcquire(some));
                granted += some;
            }

            clock.Advance(Math.Max(step, 1));
        }

        Rational most = limits.Burst + (rate * (clock.Ticks - start));
        Rational least = ((most - limits.Burst) * new Rational(59, 60) * (1 - WorstError(limits))) + limits.Burst - 2;
        log.Add($"{granted} from {least} to {most}");
        Assert.True(granted <= most, "More than the bound.");
        Assert.True(granted >= least, "Less than the rate.");
    });

    [Fact]
    public void The_rate_that_is_enforced_is_never_above_the_nominal_one_and_hardly_below() =>
        Sequences.Run(20_000, 0, static (random, _, log) =>
    {
        BucketLimits limits = Limits.Extreme(random);
        log.Add(limits.ToString());
        RateScale scale;
        try
        {
            scale = RateScale.Create(limits.Rate, limits.Burst, limits.Frequency);
        }
        catch (ArgumentOutOfRangeException)
        {
            return;
        }

        Rational nominal = Rational.OfDecimal(limits.Rate) / limits.Frequency;
        Rational effective = BucketModel.EffectiveRate(scale);
        log.Add($"{scale.UnitsPerTick} / {scale.Cost} << {scale.Shift}");
        Assert.True(effective <= nominal, "Faster than asked for.");
        Assert.InRange(scale.Burst * (Int128)scale.Cost, 1, RateScale.MaxCapacity);
        Assert.True(effective >= nominal * (1 - WorstError(limits)), "Slower than need be.");
    });

    /// <summary>
    /// How far below the nominal rate the best fraction can be: a permit costs at least half of the most units that it may, or a tick is at
    /// least 2048 units, or a billionth is good enough.
    /// </summary>
    private static Rational WorstError(in BucketLimits limits) =>
        new Rational(1, 1_000_000_000)
        + new Rational(2 * (BigInteger)limits.Burst, RateScale.MaxCapacity)
        + (Rational.Min(1, Rational.OfDecimal(limits.Rate) / limits.Frequency) * new Rational(1, 2048));

    [Fact]
    public void Counted_in_units_coarser_than_a_tick_less_than_a_permit_is_lost_and_nothing_won() =>
        Sequences.Run(800, 120, static (random, steps, log) =>
    {
        (TokenBucket bucket, ManualClock clock, BucketLimits limits) = Make(random, log, leastBurst: 2);
        RateScale scale = RateScale.Create(limits.Rate, limits.Burst, limits.Frequency);
        if (scale.Shift == 0)
        {
            return;
        }

        Rational rate = BucketModel.EffectiveRate(scale);
        long stride = Math.Min(limits.Stride(random), 1L << 48);
        // It is made full in the unit that the clock is in.
        long made = clock.Ticks & -(1L << scale.Shift);
        new RateRun(bucket, clock, new BucketModel(rate, limits.Burst, made), random, log)
        {
            AtLeast = new BucketModel(rate, limits.Burst - 1, clock.Ticks),
            Stride = stride,
            MostBack = random.Next(2) * stride,
            DeepestDebt = (Gcra.MaxAhead / scale.Cost) - limits.Burst,
        }.Steps(steps);
    });

    private static (TokenBucket Bucket, ManualClock Clock, BucketLimits Limits) Make(Random random, List<string> log, long leastBurst = 1)
    {
        while (true)
        {
            BucketLimits limits = Limits.Extreme(random);
            limits = limits with { Burst = Math.Max(limits.Burst, leastBurst) };
            ManualClock clock = new(limits.Frequency, random.NextInt64(1L << 40));
            TokenBucket bucket;
            try
            {
                bucket = new TokenBucket(limits.Rate, limits.Burst, new TokenBucketOptions { Sharding = Sharding.None }, clock);
            }
            catch (ArgumentOutOfRangeException)
            {
                continue;
            }

            log.Add(limits.ToString());
            return (bucket, clock, limits);
        }
    }

    private static long TicksOf(TimeSpan span, long frequency) =>
        (long)((((Int128)span.Ticks * frequency) + TimeSpan.TicksPerSecond - 1) / TimeSpan.TicksPerSecond);
}
