using RateSync.Fast.Tests.Shared;

namespace RateSync.Fast.Tests.Property.Windows;

/// <summary>Grants that are all given back, over and over in one window: what is booked grows, and what counts does not.</summary>
public sealed class ManyRefundsTests
{
    [Theory]
    [InlineData("Fixed", int.MaxValue)]
    [InlineData("Fixed", 1_500_000_000)]
    [InlineData("Fixed", 100_000_000)]
    [InlineData("SubWindows", int.MaxValue)]
    [InlineData("SubWindows", 1_000_000_000)]
    [InlineData("Approximate", int.MaxValue)]
    [InlineData("Approximate", 700_000_000)]
    [InlineData("Exact", 65_536)]
    [InlineData("Exact", 1)]
    public void What_was_given_back_never_adds_up(string kind, int limit)
    {
        foreach (Sharding sharding in Enum.GetValues<Sharding>())
        {
            ManualClock clock = new();
            TimeSpan minute = TimeSpan.FromMinutes(1);
            Limiter limiter = kind == "Fixed"
                ? new FixedWindow(limit, minute, new FixedWindowOptions { Sharding = sharding }, clock)
                : new SlidingWindow(
                    limit,
                    minute,
                    new SlidingWindowOptions { Precision = Enum.Parse<SlidingWindowPrecision>(kind), Sharding = sharding },
                    clock);
            for (int i = 0; i < 300; i++)
            {
                if (limiter.TryAcquire(out Permit permit, limit - (limit / 2)))
                {
                    Assert.InRange(limiter.Peek().Remaining, i > 1 ? 0 : limit / 2, limit / 2);
                    permit.Refund(permit.Permits);
                }

                Assert.InRange(limiter.Peek().Remaining, 0, limit);
                Decision all = limiter.Peek(limit);
                Assert.Equal(all.Allowed, all.RetryAfter == TimeSpan.Zero);
            }

            // However many there were, never more than the limit is to be had in the window; and after it all of it.
            long granted = 0;
            while (limiter.Peek() is { Remaining: > 0 } peek)
            {
                Assert.True(limiter.TryAcquire((int)peek.Remaining));
                granted += peek.Remaining;
            }

            Assert.InRange(granted, 0, limit);
            Assert.False(limiter.TryAcquire());
            clock.Advance(2 * 60_000_000_000L);
            Assert.Equal(limit, limiter.Peek().Remaining);
            Assert.True(limiter.TryAcquire(limit));
            Assert.False(limiter.TryAcquire());
        }
    }
}
