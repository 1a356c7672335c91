using RateSync.Fast.Tests.Shared;

namespace RateSync.Fast.Tests.Property.Changes;

public sealed class CarryoverTests
{
    private static readonly TimeSpan s_window = TimeSpan.FromSeconds(10);

    public static TheoryData<LimitKind, LimitKind> Pairs
    {
        get
        {
            TheoryData<LimitKind, LimitKind> pairs = [];
            LimitKind[] kinds = [.. Enum.GetValues<LimitKind>().Where(static kind => kind != LimitKind.WarmingBucket)];
            foreach (LimitKind before in kinds)
            {
                foreach (LimitKind after in kinds)
                {
                    pairs.Add(before, after);
                }
            }

            return pairs;
        }
    }

    [Theory]
    [MemberData(nameof(Pairs))]
    public void A_raised_limit_has_what_is_spent_missing(LimitKind before, LimitKind after)
    {
        ManualClock clock = new();
        Limiter old = new Limit(before, 100, s_window).Make(clock);
        Assert.True(old.TryAcquire(80));
        Limiter changed = new Limit(after, 200, s_window).MakeAfter(old, clock);
        Assert.Equal(120, changed.GetState().Remaining);
        Assert.False(changed.TryAcquire(121));
        Assert.True(changed.TryAcquire(120));
    }

    [Theory]
    [MemberData(nameof(Pairs))]
    public void A_lowered_limit_has_nothing_left_until_what_was_spent_is_paid_back(LimitKind before, LimitKind after)
    {
        ManualClock clock = new();
        Limiter old = new Limit(before, 100, s_window).Make(clock);
        Assert.True(old.TryAcquire(80));
        Limiter changed = new Limit(after, 50, s_window).MakeAfter(old, clock);
        Assert.Equal(0, changed.GetState().Remaining);
        Decision decision = changed.Peek();
        Assert.Equal(31, decision.Missing);
        clock.Advance(decision.RetryAfter - TimeSpan.FromTicks(1));
        Assert.False(changed.TryAcquire());
        clock.Advance(TimeSpan.FromTicks(1));
        Assert.True(changed.TryAcquire());
    }
}
