using RateSync.Fast.Tests.Shared;

namespace RateSync.Fast.Tests.Unit.Keyed;

/// <summary>A key that was not used has a whole burst, all of it at once.</summary>
public class WholeBurstTests
{
    [Theory]
    [InlineData(0.01, 2)]
    [InlineData(0.5, 3)]
    [InlineData(5, 3)]
    [InlineData(1.0 / 3, 10)]
    [InlineData(100, 1000)]
    [InlineData(1e-6, 7)]
    [InlineData(12345.678, 100)]
    public void At_any_tick_a_whole_burst_is_granted_and_remaining_counts_it_down(double rate, int burst)
    {
        ManualClock clock = new();
        for (int i = 0; i < 20; i++)
        {
            clock.Advance(TimeSpan.FromTicks((i * 7_919) + 1));
            KeyedLimiter limiter = new(rate, burst, timeProvider: clock);
            for (int left = burst - 1; left >= 0; left--)
            {
                Decision decision = limiter.Attempt("key");
                Assert.Equal((true, (long)left), (decision.Allowed, decision.Remaining));
            }

            Decision refused = limiter.Attempt("key");
            Assert.False(refused.Allowed);

            // None comes early: the first permit more has its full price in time.
            Assert.True(refused.RetryAfter.TotalSeconds >= (1 / rate) - 1e-7, $"{refused.RetryAfter}");
            clock.Advance(refused.RetryAfter - TimeSpan.FromTicks(1));
            Assert.False(limiter.TryAcquire("key"));
            clock.Advance(TimeSpan.FromTicks(1));
            Assert.True(limiter.TryAcquire("key"));
        }
    }
}
