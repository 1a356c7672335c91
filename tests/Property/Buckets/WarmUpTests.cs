using System.Numerics;
using RateSync.Fast.Tests.Property.Checks;
using RateSync.Fast.Tests.Shared;

namespace RateSync.Fast.Tests.Property.Buckets;

public sealed class WarmUpTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void The_nominal_bound_holds_cold_or_warm(bool back) => Sequences.Run(150, 0, (random, _, log) =>
    {
        Case setup = Case.Any(random, log);
        (TokenBucket bucket, ManualClock clock) = setup.Make(random);

        // A caller that read the clock before another found the limiter cold shares the other's time: as if it had been granted that much
        // later.
        long most = back ? 3 * setup.PermitTicks : 0;
        BoundChecker bound = new(setup.RatePerTick, setup.Burst + (setup.RatePerTick * most).Ceiling());
        long latest = clock.Ticks;
        for (int i = 0; i < 400; i++)
        {
            int permits = random.Next(2) == 0 ? 1 : random.Next(1, (int)setup.Burst + 1);
            for (int n = random.Next(3) == 0 ? 1000 : 1; n > 0 && bucket.TryAcquire(permits); n--)
            {
                latest = Math.Max(latest, clock.Ticks);
                log.Add($"{clock.Ticks}: {permits}");
                bound.Grant(latest, permits);
            }

            long stride = random.Next(3) switch { 0 => setup.PeriodTicks * 3, 1 => setup.PeriodTicks / 3, _ => 5 * setup.PermitTicks };
            clock.Advance(random.NextInt64(stride));
            if (back && random.Next(4) == 0)
            {
                clock.Jump(clock.Ticks - random.NextInt64(most));
            }
        }

        Assert.NotEqual(0, bound.Grants);
    });

    [Fact]
    public void A_cold_limiter_grants_what_the_straight_line_says_and_its_waits_are_true() =>
        Sequences.Run(60, 0, static (random, _, log) =>
    {
        Case setup = Case.Any(random, log);
        (TokenBucket bucket, ManualClock clock) = setup.Make(random);

        // Twice: from the start, and again after it has gone cold.
        for (int round = 0; round < 2; round++)
        {
            long start = clock.Ticks;
            long granted = 0;
            while (bucket.TryAcquire())
            {
                granted++;
            }

            // So cold a limiter has what it starts with, or less if it had not got so far; and perhaps part of a permit.
            Assert.InRange(granted, round == 0 ? setup.Initial : 0, setup.Initial);
            Rational began = granted;
            Rational part = round == 0 ? 0 : 1;
            while (clock.Ticks - start < 2 * setup.PeriodTicks && granted < 500)
            {
                if (bucket.TryAcquire())
                {
                    granted++;
                    Rational most = began + part + (setup.RatePerTick * setup.SlowTime(clock.Ticks - start));
                    log.Add($"{clock.Ticks - start}: {granted} of {most}");
                    Assert.True(granted <= most + (setup.RatePerTick * 2), "More than the line allows.");
                    continue;
                }

                Rational made = began + (setup.RatePerTick * setup.SlowTime(clock.Ticks - start));
                Rational rounding = (setup.RatePerTick * 4) + new Rational(granted, 1_000_000_000);
                Assert.True(granted >= made - 1 - rounding, "Less than the line allows.");

                // One tick is 100 ns: the wait is exact.
                long wait = bucket.Peek().RetryAfter.Ticks;
                Assert.True(wait > 0);
                clock.Advance(wait - 1);
                Assert.False(bucket.TryAcquire(), "Granted before it was due.");
                clock.Advance(1);
                Assert.True(bucket.Peek().Allowed, "Refused when it was due.");
            }

            clock.Advance(setup.PeriodTicks + 1 + random.NextInt64(10 * setup.PeriodTicks));
        }
    });

    [Fact]
    public void After_idling_for_a_warm_up_only_the_initial_permits_are_left() => Sequences.Run(150, 0, static (random, _, log) =>
    {
        Case setup = Case.Any(random, log);
        (TokenBucket bucket, ManualClock clock) = setup.Make(random);
        for (int round = 0; round < 5; round++)
        {
            // Warm, then full, then idle until it is cold.
            for (int i = 0; i < 50; i++)
            {
                bucket.TryAcquire();
                clock.Advance(setup.PeriodTicks / 10);
            }

            clock.Advance(setup.PeriodTicks + random.NextInt64(10 * setup.PeriodTicks));
            long granted = 0;
            while (bucket.TryAcquire())
            {
                granted++;
            }

            Assert.Equal(setup.Initial, granted);
            clock.Advance(random.NextInt64(setup.PeriodTicks));
        }
    });

    [Fact]
    public void A_limiter_with_a_warm_up_is_never_split() =>
        Assert.Equal(0, new TokenBucket(1e6, 1 << 20, new TokenBucketOptions { WarmUp = TimeSpan.FromSeconds(1) }).DeclaredShortfall);

    private sealed record Case(double Rate, long Burst, long Initial, TimeSpan Period, double ColdFactor)
    {
        public long PeriodTicks => Period.Ticks;

        public Rational RatePerTick => Rational.OfDecimal(Rate) / TimeSpan.TicksPerSecond;

        public long PermitTicks => (long)(1 / RatePerTick).Ceiling();

        public static Case Any(Random random, List<string> log)
        {
            double rate = Math.Pow(10, random.NextDouble() * 4);
            long burst = random.Next(1, 200);

            // Long enough for a cold limiter to make a permit in it.
            double cold = 1.001 + (Math.Pow(10, random.NextDouble() * 2) - 1);
            TimeSpan period = TimeSpan.FromSeconds((cold + (random.NextDouble() * 300)) * 1.5 / rate);
            Case made = new(rate, burst, random.Next(3) == 0 ? random.NextInt64(1, burst + 1) : 1, period, cold);
            log.Add(made.ToString());
            return made;
        }

        public (TokenBucket Bucket, ManualClock Clock) Make(Random random)
        {
            ManualClock clock = new(TimeSpan.TicksPerSecond, random.NextInt64(1L << 50));
            TokenBucketOptions options = new() { WarmUp = Period, ColdFactor = ColdFactor, InitialPermits = Initial };
            return (new TokenBucket(Rate, Burst, options, clock), clock);
        }

        /// <summary>The integral of a line from 1/coldFactor to 1 over the period, and 1 from then on.</summary>
        public Rational SlowTime(long ticks)
        {
            Rational cold = 1 / new Rational((BigInteger)(ColdFactor * 1e12), (BigInteger)1e12);
            Rational x = Math.Min(ticks, PeriodTicks);
            return (cold * x) + ((1 - cold) * x * x / (2 * PeriodTicks)) + Math.Max(0, ticks - PeriodTicks);
        }
    }
}
