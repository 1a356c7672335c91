using RateSync.Fast.Testing;

namespace RateSync.Fast.Tests.Platform.Testing;

/// <summary>Assertions hold where they should, fail where they should, and say why.</summary>
public class LimiterAssertionTests
{
    private readonly ManualTimeProvider _clock = new();

    [Fact]
    public void Grants_and_refusals_are_what_the_limiter_says()
    {
        using TokenBucket bucket = new(10, 2, timeProvider: _clock);
        Assert.Equal(2, bucket.ShouldGrant(2).Permits);
        Assert.Equal(1, bucket.ShouldRefuse().Missing);
        bucket.ShouldRefuse(TimeSpan.FromMilliseconds(100));
        bucket.ShouldRefuse(TimeSpan.FromMilliseconds(200), permits: 2);
        Assert.Contains(
            "Expected 2 permits to be granted. TokenBucket: refused", Failure(() => bucket.ShouldGrant(2)), StringComparison.Ordinal);
        Assert.Contains(
            "retry after 50 ms, not after 100 ms",
            Failure(() => bucket.ShouldRefuse(TimeSpan.FromMilliseconds(50))),
            StringComparison.Ordinal);
        _clock.Advance(TimeSpan.FromMilliseconds(100));
        Assert.Contains("Expected 1 permit to be refused", Failure(() => bucket.ShouldRefuse()), StringComparison.Ordinal);

        // What was granted against expectation was given back.
        bucket.ShouldGrant();
    }

    [Fact]
    public void Slots_that_were_granted_against_expectation_are_given_back()
    {
        using TicketSemaphore semaphore = new(1);
        Failure(() => semaphore.ShouldRefuse());
        using (semaphore.ShouldGrant())
        {
            semaphore.ShouldRefuse(Timeout.InfiniteTimeSpan);
            Failure(() => semaphore.AdvanceTimeAndRefill(_clock));
        }

        Assert.Equal(TimeSpan.Zero, semaphore.AdvanceTimeAndRefill(_clock));
        semaphore.ShouldGrant().Dispose();
    }

    [Theory]
    [InlineData(1)]
    [InlineData(100)]
    [InlineData(5_000_000_000)]
    public void A_bucket_is_consumed_and_refilled_in_full(long burst)
    {
        using TokenBucket bucket = new(1000, burst, new TokenBucketOptions { Sharding = Sharding.None }, _clock);
        Assert.Equal(burst, bucket.ConsumeFully());
        Assert.Equal(0, bucket.ConsumeFully());
        Assert.Equal(TimeSpan.FromMilliseconds(burst), bucket.AdvanceTimeAndRefill(_clock));
        Assert.Equal(burst, bucket.ConsumeFully());
    }

    [Fact]
    public void Windows_are_consumed_and_refilled_too()
    {
        using FixedWindow window = new(7, TimeSpan.FromSeconds(1), timeProvider: _clock);
        Assert.Equal(7, window.ConsumeFully());
        window.AdvanceTimeAndRefill(_clock);
        Assert.Equal(7, window.ConsumeFully());
    }

    [Fact]
    public void A_limiter_on_another_clock_is_noticed()
    {
        using TokenBucket bucket = new(1e-6, 2);
        bucket.ConsumeFully();
        Assert.Contains("full after", Failure(() => bucket.AdvanceTimeAndRefill(_clock)), StringComparison.Ordinal);
    }

    private static string Failure(Func<object?> assertion) => Assert.Throws<LimiterAssertionException>(assertion).Message;

    private static string Failure(Action assertion) => Assert.Throws<LimiterAssertionException>(assertion).Message;
}
