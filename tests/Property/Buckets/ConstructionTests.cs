using RateSync.Fast.Tests.Property.Checks;
using RateSync.Fast.Tests.Shared;

namespace RateSync.Fast.Tests.Property.Buckets;

public sealed class ConstructionTests
{
    [Theory]
    [InlineData(0.0)]
    [InlineData(-1.0)]
    [InlineData(double.NaN)]
    [InlineData(double.PositiveInfinity)]
    [InlineData(double.Epsilon)]
    [InlineData(0.999e-9)]
    [InlineData(1.0000001e9)]
    public void A_rate_out_of_range_is_refused_by_name_and_range(double rate)
    {
        foreach (Action make in (Action[])[() => _ = new TokenBucket(rate, 10), () => _ = new LeakyBucket(rate)])
        {
            ArgumentOutOfRangeException refused = Assert.Throws<ArgumentOutOfRangeException>("ratePerSecond", make);
            Assert.Equal(rate, refused.ActualValue);
            Assert.Contains("1E-09 to 1000000000", refused.Message, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    [InlineData(long.MinValue)]
    [InlineData((1L << 40) + 1)]
    [InlineData(long.MaxValue)]
    public void A_burst_out_of_range_is_refused_by_name_and_range(long burst)
    {
        ArgumentOutOfRangeException refused = Assert.Throws<ArgumentOutOfRangeException>(nameof(burst), () => new TokenBucket(10, burst));
        Assert.Equal(burst, refused.ActualValue);
        Assert.Contains("from 1 to 1099511627776", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_rate_and_a_burst_that_no_word_holds_together_are_refused_with_the_largest_burst_that_is_held() =>
        Sequences.Run(3000, 0, static (random, _, log) =>
        {
            BucketLimits limits = Limits.Extreme(random);
            log.Add(limits.ToString());
            ManualClock clock = new(limits.Frequency);
            ArgumentOutOfRangeException refused;
            try
            {
                Assert.Equal(limits.Burst, new TokenBucket(limits.Rate, limits.Burst, null, clock).Burst);
                return;
            }
            catch (ArgumentOutOfRangeException exception)
            {
                refused = exception;
            }

            // A full bucket may take 2^61 ticks to fill, no more.
            Rational fill = limits.Burst / (Rational.OfDecimal(limits.Rate) / limits.Frequency);
            Assert.True(fill > 1L << 61, "Refused although it fits.");

            if (refused.ParamName == "ratePerSecond")
            {
                Assert.Contains("too slow for any burst", refused.Message, StringComparison.Ordinal);
                Assert.Throws<ArgumentOutOfRangeException>("ratePerSecond", () => new TokenBucket(limits.Rate, 1, null, clock));
                return;
            }

            const string Advice = "the burst can be ";
            Assert.Equal("burst", refused.ParamName);
            Assert.Equal(limits.Burst, refused.ActualValue);
            int at = refused.Message.IndexOf(Advice, StringComparison.Ordinal);
            string digits = refused.Message[(at + Advice.Length)..].Split(' ')[0];
            long possible = long.Parse(digits, System.Globalization.CultureInfo.InvariantCulture);
            Assert.Equal(possible, new TokenBucket(limits.Rate, possible, null, clock).Burst);
            Assert.Throws<ArgumentOutOfRangeException>("burst", () => new TokenBucket(limits.Rate, possible + 1, null, clock));
        });

    [Fact]
    public void The_rate_of_a_leaky_bucket_that_no_word_holds_is_refused_as_the_rate()
    {
        // At 1e-9 per second a permit takes 1e9 seconds: 2.4e18 ticks of the fastest clock, more than 2^61.
        ManualClock clock = new(2_399_998_433);
        ArgumentOutOfRangeException refused =
            Assert.Throws<ArgumentOutOfRangeException>("ratePerSecond", () => new LeakyBucket(1e-9, 10, null, clock));
        Assert.Equal(1e-9, refused.ActualValue);
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(11)]
    public void Initial_permits_out_of_range_are_refused(long initial) => Assert.Throws<ArgumentOutOfRangeException>(
        nameof(TokenBucketOptions.InitialPermits),
        () => new TokenBucket(1, 10, new TokenBucketOptions { InitialPermits = initial }));

    [Fact]
    public void More_permits_than_the_burst_can_never_be_had_and_are_refused_before_anything_is_taken()
    {
        TokenBucket bucket = new(1, 10, null, new ManualClock());
        foreach (int permits in (int[])[-1, 11, int.MinValue, int.MaxValue])
        {
            Assert.Throws<ArgumentOutOfRangeException>(nameof(permits), () => bucket.TryAcquire(permits));
            Assert.Throws<ArgumentOutOfRangeException>(nameof(permits), () => bucket.TryAcquire(out _, permits));
            Assert.Throws<ArgumentOutOfRangeException>(nameof(permits), () => bucket.Attempt(permits));
            Assert.Throws<ArgumentOutOfRangeException>(nameof(permits), () => bucket.Peek(permits));
        }

        Assert.Equal(10, bucket.Peek().Remaining);
        Assert.Equal(new LimiterMetrics { LimiterId = "TokenBucket" }, bucket.GetMetrics());
    }
}
