using System.Numerics;
using RateSync.Fast.Tests.Property.Checks;
using RateSync.Fast.Tests.Shared;

namespace RateSync.Fast.Tests.Property.Changes;

/// <summary>
/// Every kind of limit changed into every other, with other numbers: what was spent counts once, and for as long as it has to.
/// </summary>
public sealed class ChangeTests
{
    [Theory]
    [MemberData(nameof(CarryoverTests.Pairs), MemberType = typeof(CarryoverTests))]
    public void What_was_spent_counts_once_and_not_too_short(LimitKind before, LimitKind after) => Sequences.Run(80, 40, (random, steps, log) =>
    {
        ManualClock clock = new(10_000_000, random.NextInt64(1L << 40));
        Limit old = Any(before, random);
        Limit changed = Any(after, random) with { Window = random.Next(3) == 0 ? old.Window : Any(after, random).Window };
        log.Add($"{old}, then {changed}");
        Limiter limiter = old.Make(clock);
        SlowLimit slow = new(old, clock, SlowLimit.Begin(old, clock));
        limiter.Peek();
        long spent = 0;
        for (int step = 0; step < steps / 2; step++)
        {
            Advance(clock, old, random);
            int permits = random.Next(1, old.Permits + 1);
            if (random.Next(6) == 0)
            {
                log.Add($"{clock.Ticks}: {permits} into debt");
                limiter.Engine.TakeIntoDebt(default, permits, "permits");
                slow.Add(permits);
                spent += permits;
            }
            else if (limiter.TryAcquire(permits))
            {
                log.Add($"{clock.Ticks}: {permits}");
                slow.Add(permits);
                spent += permits;
            }
        }

        // What the old one counts goes on in the slow one of the new kind.
        List<(long Time, Rational Permits)> carried = [.. slow.Counts()];
        BigInteger most = SlowLimit.Sum(carried).Ceiling();
        bool same = before == after && old.Window == changed.Window && (before != LimitKind.SubWindows || old.SubWindows == changed.SubWindows);
        long start = after == LimitKind.Fixed && same ? StartOf(limiter) : SlowLimit.Begin(changed, clock);
        limiter = changed.MakeAfter(limiter, clock);
        log.Add($"{clock.Ticks}: changed, {most} of {spent} count");
        SlowLimit next = new(changed, clock, start);
        foreach ((long time, Rational permits) in carried)
        {
            next.Add(time, permits);
        }

        Decision decision = limiter.Peek();
        long used = changed.Permits - decision.Remaining + (decision.Missing > 1 ? decision.Missing - 1 : 0);
        Assert.True(used <= most, $"{used} are missing, only {most} were spent.");

        // An old approximate window fades, and so does the same one after.
        bool fades = same && after == LimitKind.Approximate;
        for (int step = 0; step < steps; step++)
        {
            long remaining = limiter.GetState().Remaining;
            Assert.True(fades || remaining <= BigInteger.Max(0, next.Remaining()), $"{clock.Ticks}: {remaining} left instead of {next.Remaining()}.");
            int permits = random.Next(1, changed.Permits + 1);
            bool granted = limiter.TryAcquire(permits);
            Assert.Equal(permits <= remaining, granted);
            if (granted)
            {
                log.Add($"{clock.Ticks}: {permits}");
                if (after != LimitKind.Approximate)
                {
                    next.Add(permits);
                }
            }

            Advance(clock, changed, random);
        }

        // Nothing counts for ever.
        TimeSpan reset = limiter.GetState().ResetAfter;
        long longest = after == LimitKind.Bucket
            ? (long)((spent + changed.Permits) / changed.Rate * TimeSpan.TicksPerSecond * 1.01) + 2
            : (3 * changed.Window.Ticks) + 2;
        Assert.True(reset.Ticks <= longest, $"{reset.Ticks} ticks until everything is as new, instead of {longest}.");
        clock.Advance(reset);
        Assert.Equal(changed.Permits, limiter.GetState().Remaining);
    });

    [Fact]
    public void A_chain_of_changes_in_an_instant_loses_nothing() => Sequences.Run(500, 20, static (random, steps, log) =>
    {
        ManualClock clock = new(10_000_000, random.NextInt64(1L << 40));
        Limit limit = Any(Kind(random), random) with { Window = TimeSpan.FromSeconds(1) };
        Limiter limiter = limit.Make(clock);
        long spent = 0;
        for (int step = 0; step < steps; step++)
        {
            int permits = random.Next(1, limit.Permits + 1);
            spent += limiter.TryAcquire(permits) ? permits : 0;
            limit = Any(Kind(random), random) with { Window = TimeSpan.FromSeconds(random.Next(1, 4)) };
            log.Add($"{spent} of {limit}");
            limiter = limit.MakeAfter(limiter, clock);
            Assert.Equal(Math.Max(0, limit.Permits - spent), limiter.GetState().Remaining);
            Assert.Equal(Math.Max(0, spent + 1 - limit.Permits), limiter.Peek().Missing);
        }
    });

    private static LimitKind Kind(Random random)
    {
        LimitKind[] kinds = [LimitKind.Bucket, LimitKind.Fixed, LimitKind.Exact, LimitKind.SubWindows, LimitKind.Approximate];
        return kinds[random.Next(kinds.Length)];
    }

    /// <summary>Where the sub-windows of a limiter begin, which one of the same kind goes on with.</summary>
    private static long StartOf(Limiter limiter) => limiter.Engine.Export().Start!.Value;

    private static void Advance(ManualClock clock, Limit limit, Random random)
    {
        if (random.Next(3) != 0)
        {
            clock.Advance(random.NextInt64(1 + (limit.Ticks(clock) / (random.Next(6) == 0 ? 1 : 6))));
        }
    }

    private static Limit Any(LimitKind kind, Random random)
    {
        int permits = random.Next(2) == 0 ? random.Next(1, 8) : random.Next(1, 300);
        return new Limit(kind, permits, new TimeSpan(random.Next(permits, permits + (random.Next(2) == 0 ? 500 : 500_000))))
        {
            SubWindows = random.Next(1, 12),
        };
    }
}
