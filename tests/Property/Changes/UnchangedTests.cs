using RateSync.Fast.Tests.Property.Checks;
using RateSync.Fast.Tests.Shared;

namespace RateSync.Fast.Tests.Property.Changes;

/// <summary>A limit that is changed to what it was, again and again, beside one that is not: nobody can tell them apart.</summary>
public sealed class UnchangedTests
{
    [Theory]
    [InlineData(LimitKind.Bucket, 1_000_000_000)]
    [InlineData(LimitKind.Bucket, 10_000_000)]
    [InlineData(LimitKind.WarmingBucket, 10_000_000)]
    [InlineData(LimitKind.Fixed, 10_000_000)]
    [InlineData(LimitKind.FixedOfCalendar, 10_000_000)]
    [InlineData(LimitKind.Exact, 10_000_000)]
    [InlineData(LimitKind.SubWindows, 10_000_000)]
    [InlineData(LimitKind.Approximate, 10_000_000)]
    public void A_limit_changed_to_itself_is_as_if_it_had_not_been(LimitKind kind, long frequency) => Sequences.Run(600, 100, (random, steps, log) =>
    {
        ManualClock clock = new(frequency, random.NextInt64(1L << 50));
        Limit limit = Any(kind, random);
        log.Add(limit.ToString());
        Limiter same = limit.Make(clock);
        Limiter changed = limit.Make(clock);
        List<(Permit Same, Permit Changed, int Left)> held = [];
        for (int step = 0; step < steps; step++)
        {
            int permits = random.Next(3) == 0 ? random.Next(1, limit.Permits + 1) : random.Next(1, Math.Min(4, limit.Permits + 1));
            switch (random.Next(10))
            {
                case < 4:
                    log.Add($"{clock.Ticks}: Attempt({permits})");
                    Decision expected = same.Attempt(permits);
                    Decision actual = changed.Attempt(permits);
                    Assert.Equal(expected with { Permit = default, LimiterId = "" }, actual with { Permit = default, LimiterId = "" });
                    if (expected.Allowed)
                    {
                        held.Add((expected.Permit, actual.Permit, permits));
                    }

                    break;
                case 4 when held.Count > 0:
                    int index = random.Next(held.Count);
                    (Permit of, Permit from, int left) = held[index];
                    int actually = random.Next(left + 1, left + limit.Permits + 1);
                    held.RemoveAt(index);
                    log.Add($"{clock.Ticks}: into debt by {actually - left}");
                    bool fits = Fits(() => of.Engine!.TakeIntoDebt(of, actually - left, "permits"));
                    Assert.Equal(fits, Fits(() => changed.Engine.TakeIntoDebt(from, actually - left, "permits")));
                    break;
                case 5 when held.Count > 0:
                    int which = random.Next(held.Count);
                    (Permit one, Permit other, int had) = held[which];
                    int back = random.Next(1, had + 1);
                    log.Add($"{clock.Ticks}: Refund({back})");
                    held[which] = (one, other, had - back);
                    if (had == back)
                    {
                        held.RemoveAt(which);
                    }

                    one.Engine!.Refund(one, back);
                    changed.Engine.Refund(other, back);
                    break;
                case 6 or 7:
                    log.Add($"{clock.Ticks}: change");
                    changed = limit.MakeAfter(changed, clock, stampsLast: true);
                    break;
                default:
                    long span = limit.Ticks(clock) * (random.Next(8) == 0 ? 3 : 1);
                    clock.Advance(random.NextInt64(1 + (random.Next(3) == 0 ? span : span / 8)));
                    break;
            }

            Assert.Equal(same.GetState() with { LimiterId = "" }, changed.GetState() with { LimiterId = "" });
            Assert.Equal(same.GetMetrics().LastAcquisitionAt, changed.GetMetrics().LastAcquisitionAt);
        }
    });

    private static bool Fits(Action takeIntoDebt)
    {
        try
        {
            takeIntoDebt();
            return true;
        }
        catch (ArgumentOutOfRangeException)
        {
            return false;
        }
    }

    private static Limit Any(LimitKind kind, Random random)
    {
        int permits = random.Next(3) switch
        {
            0 => random.Next(1, 4),
            1 => random.Next(1, 40),
            _ => random.Next(1, 5000),
        };
        long ticks = random.Next(3) switch
        {
            0 => random.Next(1, 100),
            1 => random.Next(1, 1_000_000),
            _ => random.NextInt64(1, TimeSpan.TicksPerDay * 50),
        };
        return new Limit(kind, permits, new TimeSpan(Math.Max(ticks, (permits / 100) + 1))) { SubWindows = random.Next(1, 20) };
    }
}
