using RateSync.Fast.Tests.Property.Checks;
using RateSync.Fast.Tests.Shared;

namespace RateSync.Fast.Tests.Property.Windows;

/// <summary>Every window, wherever it is laid, with permits close to the thread as well.</summary>
public sealed class WindowBoundTests
{
    [Theory]
    [InlineData("Fixed")]
    [InlineData("SubWindows")]
    [InlineData("Approximate")]
    [InlineData("Exact")]
    public void No_window_has_more_than_the_limit_and_the_declared_excess(string kind) => Sequences.Run(300, 0, (random, _, log) =>
    {
        WindowLimits limits = WindowLimits.Any(random, kind == "Exact" ? 1 << 16 : 1 << 24, 1L << 55);
        log.Add(limits.ToString());
        ManualClock clock = new(limits.Frequency, random.NextInt64(1L << 50));
        Limiter limiter = Make(kind, limits, random.Next(1, 30), clock);
        Assert.Equal(kind switch { "Fixed" => limits.Limit, "Approximate" => limits.Limit - 1, _ => 0 }, limiter.DeclaredExcess);
        IntervalChecker law = new(limits.Limit + (long)limiter.DeclaredExcess, limits.Ticks);

        // Fixed windows are exact from mark to mark. The first begins with the first call.
        Dictionary<long, long> periods = [];
        long begin = clock.Ticks;
        for (int i = 0; i < 100; i++)
        {
            int permits = random.Next(3) switch { 0 => limits.Limit, 1 => random.Next(1, limits.Limit + 1), _ => 1 };
            for (int most = random.Next(2) == 0 ? 300 : 3; permits > 0; most--)
            {
                if (permits == 1 ? limiter.TryAcquire() : limiter.TryAcquire(permits))
                {
                    Granted(permits);
                }
                else
                {
                    permits /= 2;
                }

                permits = most > 0 ? permits : 0;
            }

            long step = random.Next(3) == 0 ? random.NextInt64(1, limits.Ticks + 1) : random.NextInt64(1 + (limits.Ticks / 20));
            Decision decision = limiter.Peek();
            if (!decision.Allowed && random.Next(2) == 0)
            {
                Int128 scaled = (Int128)decision.RetryAfter.Ticks * limits.Frequency;
                step = (long)((scaled + TimeSpan.TicksPerSecond - 1) / TimeSpan.TicksPerSecond);
                clock.Advance(step);
                Assert.True(limiter.TryAcquire(), "Refused when it was due.");
                Granted(1);
                continue;
            }

            clock.Advance(step);
        }

        void Granted(int permits)
        {
            law.Grant(clock.Ticks, permits);
            if (kind == "Fixed")
            {
                long period = (clock.Ticks - begin) / limits.Ticks;
                Assert.True((periods[period] = periods.GetValueOrDefault(period) + permits) <= limits.Limit, "More than the limit in a period.");
            }
        }
    });

    [Theory]
    [InlineData("Fixed", 0)]
    [InlineData("SubWindows", 1)]
    [InlineData("SubWindows", 10)]
    [InlineData("SubWindows", 1000)]
    [InlineData("Approximate", 0)]
    [InlineData("Exact", 0)]
    public void What_the_limit_promises_can_be_used(string kind, int parts) => Sequences.Run(100, 0, (random, _, log) =>
    {
        WindowLimits limits = WindowLimits.Any(random, 1 << 16, 1L << 55);
        if (limits.Ticks < 10_000)
        {
            return;
        }

        log.Add(limits.ToString());
        ManualClock clock = new(limits.Frequency, random.NextInt64(1L << 50));
        Limiter limiter = Make(kind, limits, Math.Max(1, parts), clock);
        long granted = 0;
        const int Windows = 20;
        long end = clock.Ticks + (Windows * limits.Ticks);
        while (clock.Ticks < end)
        {
            while (limiter.Peek() is { Remaining: > 0 } peek)
            {
                Assert.True(limiter.TryAcquire((int)peek.Remaining));
                granted += peek.Remaining;
            }

            long wait = limiter.Peek().RetryAfter.Ticks;
            clock.Advance(Math.Max(1, (long)((Int128)wait * limits.Frequency / TimeSpan.TicksPerSecond)));
        }

        // Interpolation rounds up, and so uses half of a limit of one.
        double share = kind switch { "SubWindows" => (double)parts / (parts + 1), "Approximate" => 0.5, _ => 1 };
        log.Add($"{granted}");
        Assert.True(granted >= (long)(limits.Limit * share * (Windows - 1) * 0.99), $"Only {granted}.");
    });

    [Theory]
    [InlineData("Fixed")]
    [InlineData("SubWindows")]
    [InlineData("Approximate")]
    public void After_idling_at_least_fifteen_sixteenths_of_the_limit_are_there_and_never_more(string kind) =>
        Sequences.Run(100, 0, (random, _, log) =>
    {
        WindowLimits limits = new(random.Next(1000, int.MaxValue), TimeSpan.FromMilliseconds(random.Next(1, 2000)), 1_000_000_000);
        log.Add(limits.ToString());
        ManualClock clock = new(limits.Frequency);
        Limiter limiter = Make(kind, limits, 5, clock);
        Assert.InRange(limiter.DeclaredShortfall, 0, limits.Limit / 16);
        for (int i = 0; i < 20; i++)
        {
            for (int j = random.Next(1000); j > 0; j--)
            {
                limiter.TryAcquire();
            }

            clock.Advance(3 * limits.Ticks);
            long granted = 0;
            for (int some = limits.Limit; some > 0; some /= 2)
            {
                while (limiter.TryAcquire(some))
                {
                    granted += some;
                }
            }

            log.Add($"{clock.Ticks}: took {granted}");
            Assert.InRange(granted, limits.Limit - limiter.DeclaredShortfall, limits.Limit);
            Assert.Equal(0, limiter.Peek().Remaining);
        }
    });

    private static Limiter Make(string kind, in WindowLimits limits, int parts, ManualClock clock) => kind == "Fixed"
        ? new FixedWindow(limits.Limit, limits.Window, new FixedWindowOptions { Alignment = WindowAlignment.FirstUse }, clock)
        : new SlidingWindow(
            limits.Limit,
            limits.Window,
            new SlidingWindowOptions { Precision = Enum.Parse<SlidingWindowPrecision>(kind), SubWindows = parts },
            clock);
}
