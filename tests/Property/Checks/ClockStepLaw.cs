using RateSync.Fast.Tests.Shared;

namespace RateSync.Fast.Tests.Property.Checks;

/// <summary>What must hold for any limiter whose clock is moved by any distance, forward or back.</summary>
internal static class ClockStepLaw
{
    /// <summary>
    /// Uses a limiter up, sets the clock back by any distance, and forward again to when it is due: nothing is to be had before, all of it
    /// then.
    /// </summary>
    public static void GoingBackFreesNothing(Limiter limiter, ManualClock clock, Random random, List<string> log, int bits)
    {
        for (int i = 0; i < 5; i++)
        {
            TakeAll(limiter);
            long now = clock.Ticks;
            Decision used = limiter.Peek();
            for (int j = 0; j < 5; j++)
            {
                long back = Clocks.AnyOrder(random, bits);
                log.Add($"{now}: back {back}");
                clock.Jump(now - back);
                Assert.Equal(0, limiter.Peek().Remaining);
                Assert.False(limiter.TryAcquire(), "Granted although the clock was only set back.");
                Assert.True(limiter.Attempt().RetryAfter >= used.RetryAfter, "The wait is shorter although the clock was set back.");
            }

            clock.Jump(now);
            Assert.Equal(used, limiter.Peek());
            long reset = (long)((Int128)used.ResetAfter.Ticks * clock.TimestampFrequency / TimeSpan.TicksPerSecond) + 1;
            clock.Jump(now + reset);
            Assert.Equal(limiter.Limit, limiter.Peek().Remaining);
            clock.Jump(now + reset + Clocks.AnyOrder(random, bits));
        }
    }

    /// <summary>After idling for any time there is the whole limit, and no more.</summary>
    public static void IdlingFillsOnce(Limiter limiter, ManualClock clock, Random random, List<string> log, int bits)
    {
        for (int i = 0; i < 20; i++)
        {
            long granted = TakeAll(limiter);
            log.Add($"{clock.Ticks}: took {granted}");
            Assert.Equal(limiter.Limit, granted);
            Assert.False(limiter.TryAcquire());
            Decision used = limiter.Peek();
            long reset = (long)((Int128)used.ResetAfter.Ticks * clock.TimestampFrequency / TimeSpan.TicksPerSecond) + 1;
            long idle = Math.Max(reset, Clocks.AnyOrder(random, bits));
            log.Add($"{clock.Ticks}: idle {idle}");
            clock.Jump(clock.Ticks + idle);
        }
    }

    private static long TakeAll(Limiter limiter)
    {
        long granted = 0;
        while (limiter.Peek() is { Remaining: > 0 } peek)
        {
            int some = (int)Math.Min(peek.Remaining, int.MaxValue);
            Assert.True(limiter.TryAcquire(some));
            granted += some;
        }

        return granted;
    }
}
