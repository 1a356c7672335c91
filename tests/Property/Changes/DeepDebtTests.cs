using RateSync.Fast.Algorithms;
using RateSync.Fast.State;
using RateSync.Fast.Tests.Shared;

namespace RateSync.Fast.Tests.Property.Changes;

/// <summary>More was spent than a new limit's word can hold: then it is as deep in debt as the word can be.</summary>
public sealed class DeepDebtTests
{
    [Fact]
    public void A_slow_bucket_is_as_deep_in_debt_as_its_word_can_tell()
    {
        ManualClock clock = new();
        TokenBucket old = new(1e-3, 1_000, null, clock);
        Assert.True(old.TryAcquire(1_000));
        LeakyBucket slow = new(1e-7, timeProvider: clock);
        slow.Engine.Inherit(old.Engine.Export());
        RateScale scale = RateScale.Create(1e-7, 1, clock.TimestampFrequency);
        Assert.True(scale.Cost > Gcra.MaxAhead / 1_000, "It is to be too deep.");
        Decision decision = slow.Peek();
        Assert.Equal(scale.TicksUntil(clock.Ticks, Gcra.MaxAhead - scale.Capacity + scale.Cost), decision.RetryAfter.Ticks * 100, 100.0);
        Assert.False(slow.TryAcquire());
        clock.Advance(decision.RetryAfter - TimeSpan.FromTicks(1));
        Assert.False(slow.TryAcquire());
        clock.Advance(TimeSpan.FromTicks(1));
        Assert.True(slow.TryAcquire());
    }

    [Theory]
    [InlineData(SlidingWindowPrecision.Exact)]
    [InlineData(SlidingWindowPrecision.SubWindows)]
    [InlineData(SlidingWindowPrecision.Approximate)]
    public void A_window_refuses_until_all_that_it_could_count_is_too_old(SlidingWindowPrecision precision)
    {
        ManualClock clock = new();
        TokenBucket old = new(1e6, 1L << 40, new TokenBucketOptions { Sharding = Sharding.None }, clock);
        for (int i = 0; i < 3; i++)
        {
            Assert.True(old.TryAcquire(int.MaxValue));
        }

        SlidingWindow window = new(5, TimeSpan.FromSeconds(1), new SlidingWindowOptions { Precision = precision }, clock);
        window.Engine.Inherit(old.Engine.Export());
        clock.Advance(TimeSpan.FromSeconds(1) - TimeSpan.FromTicks(1));
        Assert.False(window.TryAcquire());
        clock.Advance(window.Peek().RetryAfter);
        Assert.True(window.TryAcquire());
    }

    [Fact]
    public void More_grants_than_a_smaller_log_has_room_for_count_all_the_same()
    {
        ManualClock clock = new();
        SlidingWindow old = new(100, TimeSpan.FromSeconds(1), null, clock);
        for (int i = 0; i < 100; i++)
        {
            Assert.True(old.TryAcquire());
            clock.Advance(TimeSpan.FromMilliseconds(1));
        }

        // Room for 15 grants only.
        SlidingWindow changed = new(6, TimeSpan.FromSeconds(1), null, clock);
        Assert.True(changed.Engine.Inherit(old.Engine.Export()));
        Assert.Equal(95, changed.Peek().Missing);

        // The sixth to last of them is gone a second after it was granted.
        Assert.Equal(TimeSpan.FromMilliseconds(994), changed.Peek().RetryAfter);
        clock.Advance(TimeSpan.FromMilliseconds(994) - TimeSpan.FromTicks(1));
        Assert.False(changed.TryAcquire());
        clock.Advance(TimeSpan.FromTicks(1));
        Assert.True(changed.TryAcquire());
        Assert.False(changed.TryAcquire());
    }

    [Fact]
    public void What_lies_in_cells_comes_home_first()
    {
        ManualClock clock = new();
        TokenBucket old = new(1e6, 1_000_000, null, clock);
        for (int i = 0; i < 1_000; i++)
        {
            Assert.True(old.TryAcquire());
        }

        Assert.NotEqual(0, old.Tokens.Reservoir.Look(clock.Ticks).Armed);
        Carryover spent = old.Engine.Export();
        Assert.Equal(1_000, spent.Spent[0].RoundedUp);
        TokenBucket changed = new(1e6, 500_000, null, clock);
        changed.Engine.Inherit(spent);
        Assert.Equal(499_000, changed.GetState().Remaining);
        Assert.Equal(1_000_000 - 1_000, old.GetState().Remaining);
    }
}
