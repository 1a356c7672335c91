using RateSync.Fast.Tests.Shared;

namespace RateSync.Fast.Tests.Property.Regressions;

public sealed class WarmUpTests
{
    [Theory]
    [InlineData(20, 1.0)]
    [InlineData(20, 0.1)]
    [InlineData(100, 1.0)]
    [InlineData(100, 7.0)]
    public async Task A_waiter_does_not_go_cold_while_it_waits(int permits, double looksApart)
    {
        ManualClock clock = new();
        TokenBucketOptions options = new() { WarmUp = TimeSpan.FromSeconds(5) };
        using TokenBucket bucket = new(1, 100, options, clock);
        ValueTask<Permit> wait = bucket.AcquireAsync(permits);
        double waited = 0;

        // Slower than one a second only while it warms up, which it does once.
        while (bucket.GetState().Waiting != 0 && waited < permits + 10)
        {
            clock.Advance(TimeSpan.FromSeconds(looksApart));
            waited += looksApart;
        }

        Assert.Equal(0, bucket.GetState().Waiting);
        Assert.Equal(permits, (await wait).Permits);
    }
}
