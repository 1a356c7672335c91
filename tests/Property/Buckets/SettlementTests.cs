using RateSync.Fast.Tests.Shared;

namespace RateSync.Fast.Tests.Property.Buckets;

public sealed class SettlementTests
{
    [Theory]
    [InlineData(0.001, 1)]
    [InlineData(1, 1)]
    [InlineData(1e9, 1L << 40)]
    [InlineData(1.0 / 86_400, 3)]
    [InlineData(12.7, 1000)]
    public void The_largest_settlement_is_owed_or_refused_and_never_frees_anything(double rate, long burst)
    {
        ManualClock clock = new();
        TokenBucket bucket = new(rate, burst, new TokenBucketOptions { Sharding = Sharding.None }, clock);
        Assert.True(bucket.TryAcquire(out Permit permit));
        while (bucket.Peek() is { Allowed: true } left)
        {
            Assert.True(bucket.TryAcquire((int)Math.Min(left.Remaining, int.MaxValue)));
        }

        long before = bucket.Peek().Missing;
        TimeSpan wait = bucket.Peek().RetryAfter;
        bool owed = true;
        try
        {
            permit.Settle(int.MaxValue);
        }
        catch (ArgumentOutOfRangeException)
        {
            owed = false;
        }

        Decision after = bucket.Peek();
        Assert.False(after.Allowed);
        Assert.False(bucket.TryAcquire());
        Assert.Equal(before + (owed ? int.MaxValue - 1L : 0), after.Missing);
        double seconds = owed ? (int.MaxValue - 1.0) / rate : 0;
        Assert.Equal(wait.TotalSeconds + seconds, after.RetryAfter.TotalSeconds, (seconds * 1e-6) + 1e-6);
    }
}
