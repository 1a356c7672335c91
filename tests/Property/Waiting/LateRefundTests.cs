using RateSync.Fast.Tests.Shared;

namespace RateSync.Fast.Tests.Property.Waiting;

public sealed class LateRefundTests
{
    [Theory]
    [InlineData(3, 0, Sharding.None)]
    [InlineData(100_000, 5_000, Sharding.Auto)]
    public void A_permit_of_a_window_that_has_passed_frees_nothing_in_the_present_one(int limit, int before, Sharding sharding)
    {
        ManualClock clock = new();
        FixedWindow window = new(limit, TimeSpan.FromSeconds(1), new FixedWindowOptions { Sharding = sharding }, clock);
        for (int i = 0; i < before; i++)
        {
            // So many that some permits come from cells.
            Assert.True(window.TryAcquire());
        }

        List<Permit> old = [];
        for (int i = 0; i < Math.Min(limit, 300); i++)
        {
            Assert.True(window.TryAcquire(out Permit permit));
            old.Add(permit);
        }

        clock.Advance(TimeSpan.FromSeconds(1));
        long granted = 0;
        while (window.TryAcquire())
        {
            granted++;
        }

        Assert.InRange(granted, limit - window.DeclaredShortfall, limit);
        old.ForEach(static permit => permit.Refund(1));
        Assert.False(window.TryAcquire());
    }

    [Fact]
    public void A_composite_gives_a_sliding_window_back_what_it_took_just_now()
    {
        ManualClock clock = new();
        SlidingWindowOptions options = new() { Precision = SlidingWindowPrecision.SubWindows, SubWindows = 2 };
        SlidingWindow window = new(2, TimeSpan.FromSeconds(2), options, clock);
        TokenBucket bucket = new(1e-6, 1, timeProvider: clock);
        CompositeLimiter composite = new(window, bucket);
        Assert.True(window.TryAcquire());
        Assert.True(bucket.TryAcquire());
        clock.Advance(TimeSpan.FromSeconds(1));

        // What the refusal gives back was booked now, not when the first permit was.
        Assert.False(composite.TryAcquire());
        clock.Advance(TimeSpan.FromSeconds(2));
        Assert.Equal(2, window.GetState().Remaining);
    }
}
