using RateSync.Fast.Tests.Shared;

namespace RateSync.Fast.Tests.Property.Regressions;

public sealed class SettlementTests
{
    [Theory]
    [InlineData(1.0 / 86_400, 2)]
    [InlineData(1.0 / 86_400, 10)]
    [InlineData(1.0 / 86_400, 100)]
    [InlineData(1.0 / 86_400, 100_000)]
    [InlineData(1.0 / 86_400, 150_000)]
    [InlineData(1.0 / 86_400, 213_503)]
    [InlineData(1.0 / 86_400, 213_504)]
    [InlineData(1.0 / 86_400, 213_505)]
    [InlineData(1.0 / 86_400, 250_000)]
    [InlineData(1.0 / 86_400, 1_000_000)]
    [InlineData(1.0 / 86_400, int.MaxValue)]
    [InlineData(1.0, 10_000_000)]
    [InlineData(1.0, 1_000_000_000)]
    [InlineData(1.0, int.MaxValue)]
    [InlineData(1_000_000.0, int.MaxValue)]
    public void Settling_for_more_than_was_granted_owes_all_of_it_or_is_refused(double ratePerSecond, int actual)
    {
        ManualClock clock = new();
        TokenBucket bucket = new(ratePerSecond, 1, timeProvider: clock);
        Assert.True(bucket.TryAcquire(out Permit permit));
        double owed = actual;
        try
        {
            permit.Settle(actual);
        }
        catch (ArgumentOutOfRangeException)
        {
            // Nothing has changed, then: the one permit is spent.
            Assert.True(actual > 2, "A debt of another burst is always possible.");
            owed = 1;
        }

        LimiterState state = bucket.GetState();
        Assert.Equal(0, state.Remaining);
        Assert.Equal(1, state.RetryAfter.TotalSeconds * ratePerSecond / owed, 1e-6);
        Assert.False(bucket.TryAcquire());
        clock.Advance(state.RetryAfter - TimeSpan.FromTicks(2));
        Assert.False(bucket.TryAcquire());
        clock.Advance(TimeSpan.FromTicks(2));
        Assert.True(bucket.TryAcquire());
        Assert.False(bucket.TryAcquire());
    }
}
