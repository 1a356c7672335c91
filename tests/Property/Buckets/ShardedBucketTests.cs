using RateSync.Fast.Algorithms;
using RateSync.Fast.Tests.Property.Checks;
using RateSync.Fast.Tests.Shared;

namespace RateSync.Fast.Tests.Property.Buckets;

public sealed class ShardedBucketTests
{
    [Fact]
    public void With_permits_close_to_the_thread_no_grant_is_too_many_and_no_refusal_beyond_what_is_declared() =>
        Sequences.Run(600, 250, static (random, steps, log) => Compare(random, steps, log, settles: false));

    [Fact]
    public void So_it_is_with_refunds_and_debts() =>
        Sequences.Run(600, 250, static (random, steps, log) => Compare(random, steps, log, settles: true));

    [Fact]
    public void After_idling_at_least_fifteen_sixteenths_of_the_burst_are_there_and_never_more_than_the_burst() =>
        Sequences.Run(300, 0, static (random, _, log) =>
        {
            BucketLimits limits = random.Next(3) == 0 ? Limits.Any(random) : Limits.Large(random);
            log.Add(limits.ToString());
            ManualClock clock = new(limits.Frequency);
            TokenBucket bucket = new(limits.Rate, limits.Burst, null, clock);
            Assert.InRange(bucket.DeclaredShortfall, 0, limits.Burst / 16);
            if (limits.Burst < 16)
            {
                Assert.Equal(0, bucket.DeclaredShortfall);
            }

            for (int i = 0; i < 20; i++)
            {
                for (int j = random.Next(1000); j > 0; j--)
                {
                    bucket.TryAcquire();
                }

                clock.Advance((long)Math.Min(limits.Burst / limits.Rate * limits.Frequency * 1.001, 1L << 53) + 1);
                long granted = 0;
                for (int some = (int)Math.Min(limits.Burst, int.MaxValue); some > 0; some /= 2)
                {
                    while (bucket.TryAcquire(some))
                    {
                        granted += some;
                    }
                }

                log.Add($"{clock.Ticks}: took {granted}");
                Assert.InRange(granted, limits.Burst - bucket.DeclaredShortfall, limits.Burst);
                Assert.Equal(0, bucket.Peek().Remaining);
            }
        });

    [Fact]
    public void So_it_is_after_years_and_with_the_clock_set_back() => Sequences.Run(300, 0, static (random, _, log) =>
    {
        BucketLimits limits = Limits.Large(random);
        log.Add(limits.ToString());
        ManualClock clock = new(limits.Frequency, random.NextInt64(1L << 60));
        TokenBucket bucket = new(limits.Rate, limits.Burst, null, clock);
        for (int i = 0; i < 30; i++)
        {
            // Enough for permits to be close to the thread, charged while the circle of time turns.
            long granted = 0;
            for (int j = 0; j < 200; j++)
            {
                granted += bucket.TryAcquire() ? 1 : 0;
            }

            for (int some = (int)Math.Min(limits.Burst, int.MaxValue); random.Next(4) != 0 && some > 0; some /= 2)
            {
                while (bucket.TryAcquire(some))
                {
                    granted += some;
                }
            }

            log.Add($"{clock.Ticks}: took {granted}");
            Assert.InRange(granted, 200, limits.Burst);
            if (bucket.Peek().Remaining == 0)
            {
                long now = clock.Ticks;
                clock.Jump(now - Clocks.AnyOrder(random, 58));
                Assert.False(bucket.TryAcquire(), "Granted although the clock was only set back.");
                clock.Jump(now);
                Assert.False(bucket.TryAcquire());
            }

            long full = (long)(limits.Burst / limits.Rate * limits.Frequency * 1.001) + 1;
            clock.Jump(clock.Ticks + Math.Max(full, Clocks.AnyOrder(random, 55)));
        }
    });

    [Fact]
    public void Chunks_never_hold_more_than_a_sixteenth_on_any_machine() => Sequences.Run(50_000, 0, static (random, _, log) =>
    {
        BucketLimits limits = Limits.Extreme(random);
        int processors = random.Next(1, 513);
        ChunkPlan plan = ChunkPlan.For(limits.Rate, limits.Burst, processors);
        log.Add($"{limits}, {processors} processors: {plan}");
        Assert.InRange(plan.Shortfall, 0, limits.Burst / 16);
        Assert.InRange(plan.MaxArmed, 0, Gcra.MaxArmed);
        Assert.Equal(plan.MaxArmed == 0, plan.ChunkSize == 0);

        // There are always enough left for those who come with the chunks out.
        Assert.InRange(plan.LowWater, 2 * plan.Shortfall, Math.Max(limits.Burst - plan.Shortfall, 0));
    });

    private static void Compare(Random random, int steps, List<string> log, bool settles)
    {
        BucketLimits limits = Limits.Large(random);
        ManualClock clock = new(limits.Frequency, random.NextInt64(1L << 50));
        RateScale scale = RateScale.Create(limits.Rate, limits.Burst, limits.Frequency);
        Rational rate = BucketModel.EffectiveRate(scale);
        TokenBucket bucket = new(limits.Rate, limits.Burst, null, clock);
        log.Add($"{limits}, short of {bucket.DeclaredShortfall}");
        Assert.NotEqual(0, bucket.DeclaredShortfall);
        new RateRun(bucket, clock, new BucketModel(rate, limits.Burst, clock.Ticks), random, log)
        {
            AtLeast = new BucketModel(rate, limits.Burst - bucket.DeclaredShortfall, clock.Ticks),
            Stride = limits.Stride(random),
            Settles = settles,
            DeepestDebt = (Gcra.MaxAhead / scale.Cost) - limits.Burst,
            Bound = new BoundChecker(Rational.OfDecimal(limits.Rate) / limits.Frequency, limits.Burst),
            Singles = 100,
        }.Steps(steps);
    }
}
