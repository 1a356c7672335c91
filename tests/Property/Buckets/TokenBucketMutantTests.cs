using RateSync.Fast.Algorithms;
using RateSync.Fast.Tests.Property.Checks;
using RateSync.Fast.Tests.Shared;

namespace RateSync.Fast.Tests.Property.Buckets;

/// <summary>Each of the library's switchable mistakes breaks one of the laws that the others of these tests rely on.</summary>
public sealed class TokenBucketMutantTests
{
    [Fact]
    public void Without_a_mistake_every_law_holds()
    {
        Sequences.Run(300, 120, static (random, steps, log) => Compare(random, steps, log, back: true));
        Sequences.Run(40, 0, static (random, _, log) => TakeAll(random, log, chunks: false));
        Sequences.Run(40, 0, static (random, _, log) => TakeAll(random, log, chunks: true));
        Assert.Equal(0, ExtraWhenTheWallClockIsSet(Defect.None));
    }

    [Theory]
    [InlineData(nameof(Defect.IntervalRoundedDown))]
    [InlineData(nameof(Defect.BurstOneTooLarge))]
    [InlineData(nameof(Defect.StaleTimeRewinds))]
    [InlineData(nameof(Defect.RefundOneTooMany))]
    public void The_model_catches(string name)
    {
        using IDisposable on = ChosenDefect.With(Enum.Parse<Defect>(name));
        Assert.True(Sequences.Catches(300, 120, static (random, steps, log) => Compare(random, steps, log, back: true)));
    }

    [Theory]
    [InlineData(nameof(Defect.IntervalRoundedDown), false)]
    [InlineData(nameof(Defect.BurstOneTooLarge), false)]
    [InlineData(nameof(Defect.StaleTimeRewinds), false)]
    [InlineData(nameof(Defect.RefundOneTooMany), false)]
    [InlineData(nameof(Defect.ReserveLoweredBeforeClamp), true)]
    public void The_bound_over_every_interval_catches(string name, bool chunks)
    {
        Assert.True(BreaksTheBound(Enum.Parse<Defect>(name), chunks));
    }

    [Fact]
    public void A_step_of_the_wall_clock_catches_time_by_the_wall_clock() =>
        Assert.NotEqual(0, ExtraWhenTheWallClockIsSet(Defect.WallClockIsTime));

    /// <summary>Permits more or less than the burst, when the wall clock is set forward and back again.</summary>
    private static int ExtraWhenTheWallClockIsSet(Defect defect)
    {
        using IDisposable on = ChosenDefect.With(defect);
        WallClockSteps clock = new(new ManualClock());
        FaultyBucket bucket = new(10, 5, clock);
        int granted = 0;
        foreach (int hours in (int[])[0, 1, -1, 2])
        {
            clock.Offset = TimeSpan.FromHours(hours);
            while (granted < 20 && bucket.TryAcquire())
            {
                granted++;
            }
        }

        return granted - 5;
    }

    private static void Compare(Random random, int steps, List<string> log, bool back)
    {
        BucketLimits limits = Limits.Any(random);
        ManualClock clock = new(limits.Frequency, random.NextInt64(1L << 50));
        RateScale scale = RateScale.Create(limits.Rate, limits.Burst, limits.Frequency);
        long stride = limits.Stride(random);
        Limiter bucket = new FaultyBucket(limits.Rate, limits.Burst, clock);
        new RateRun(bucket, clock, new BucketModel(BucketModel.EffectiveRate(scale), limits.Burst, clock.Ticks), random, log)
        {
            Stride = stride,
            MostBack = back ? Math.Min(stride, (1L << 50) / scale.UnitsPerTick) : 0,
            DeepestDebt = (Gcra.MaxAhead / scale.Cost) - limits.Burst,
        }.Steps(steps);
    }

    private static bool BreaksTheBound(Defect defect, bool chunks)
    {
        using IDisposable on = ChosenDefect.With(defect);
        return Sequences.Catches(40, 0, (random, _, log) => TakeAll(random, log, chunks));
    }

    /// <summary>
    /// Takes whatever can be had at random times, without a model, gives some of it back, and looks at nothing but the bound.
    /// </summary>
    private static void TakeAll(Random random, List<string> log, bool chunks)
    {
        ManualClock clock = new(1_000_000);
        int burst = chunks ? 1024 : random.Next(1, 20);
        FaultyBucket bucket = new(70_000, burst, clock, chunks ? new ChunkPlan(8, 8, 128) : null);
        BoundChecker bound = new(new Rational(70_000, 1_000_000), burst);
        long latest = 0;
        long granted = 0;
        for (int i = 0; i < 4000; i++)
        {
            // Cells read no clock: with them a time read early would not be the time of the grant.
            long stale = !chunks && random.Next(8) == 0 ? random.Next(200) : 0;
            clock.Jump(Math.Max(0, latest - stale));
            int permits = random.Next(1, Math.Min(burst, 30) + 1);
            bool drain = random.Next(8) == 0;
            while (permits > 0)
            {
                if (!bucket.TryAcquire(out Permit permit, permits))
                {
                    permits = drain ? permits / 2 : 0;
                    continue;
                }

                // At the time that was read, unless somebody was granted at a later one before: then it lies between that and the end of
                // the call.
                granted = Math.Max(granted, clock.Ticks);
                log.Add($"{clock.Ticks}: {permits}");
                bound.Grant(granted, permits);
                if (!chunks && random.Next(6) == 0)
                {
                    clock.Jump(latest);
                    int back = random.Next(1, permits + 1);
                    permit.Refund(back);
                    bound.Refund(back);
                }

                permits = drain ? permits : 0;
            }

            latest += random.Next(3) switch { 0 => 0, 1 => random.Next(100), _ => random.Next(30 * burst) };
        }
    }
}
