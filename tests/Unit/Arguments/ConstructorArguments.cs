namespace RateSync.Fast.Tests.Unit.Arguments;

public class ConstructorArguments
{
    private static readonly TimeSpan s_second = TimeSpan.FromSeconds(1);

    public static TheoryData<double> NotRates => [0, -0.0, -1, double.NaN, double.PositiveInfinity, double.NegativeInfinity, 1e300, double.Epsilon];

    [Theory]
    [MemberData(nameof(NotRates))]
    public void Rates_must_be_positive_finite_numbers(double rate)
    {
        Expect.OutOfRange("ratePerSecond", rate, "from 1E-09 to", () => _ = new TokenBucket(rate, 10));
        Expect.OutOfRange("ratePerSecond", rate, "from 1E-09 to", () => _ = new LeakyBucket(rate));
        Expect.OutOfRange("ratePerSecond", rate, "from 1E-09 to", () => _ = new KeyedLimiter(rate, 10));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    [InlineData(long.MinValue)]
    [InlineData(long.MaxValue)]
    public void Bursts_must_be_at_least_one_and_fit_a_word(long burst)
    {
        Expect.OutOfRange("burst", burst, "from 1 to", () => _ = new TokenBucket(10, burst));
        Expect.OutOfRange("burst", burst, "from 1 to", () => _ = new KeyedLimiter(10, burst));
    }

    [Fact]
    public void A_burst_that_would_take_ages_to_fill_says_what_is_possible()
    {
        Expect.OutOfRange("burst", 1_000_000_000L, "at the most", () => _ = new TokenBucket(0.001, 1_000_000_000));
        Expect.OutOfRange("burst", 1_000_000_000L, "at the most", () => _ = new KeyedLimiter(0.001, 1_000_000_000));
    }

    [Fact]
    public void The_burst_of_a_key_says_how_large_it_can_be() =>
        Expect.OutOfRange("burst", 1L << 35, "at most", () => _ = new KeyedLimiter(1e9, 1L << 35));

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    [InlineData(int.MinValue)]
    public void Limits_must_be_at_least_one(int limit)
    {
        Expect.OutOfRange("limit", limit, "at least 1", () => _ = new FixedWindow(limit, s_second));
        Expect.OutOfRange("limit", limit, "at least 1", () => _ = new SlidingWindow(limit, s_second));
        Expect.OutOfRange("limit", limit, "at least 1", () => _ = KeyedLimiter.FixedWindow(limit, s_second));
        Expect.OutOfRange("limit", limit, "from 1 to", () => _ = KeyedLimiter.SlidingWindow(limit, s_second));
        Expect.OutOfRange("maxConcurrent", limit, "at least 1", () => _ = new TicketSemaphore(limit));
        Expect.OutOfRange("maxConcurrent", limit, "at least 1", () => _ = KeyedLimiter.Concurrency(limit));
    }

    [Fact]
    public void Sliding_windows_that_keep_entries_say_how_large_their_limit_can_be()
    {
        Expect.OutOfRange("limit", int.MaxValue, "SubWindows", () => _ = new SlidingWindow(int.MaxValue, s_second));
        Expect.OutOfRange("limit", int.MaxValue, "from 1 to", () => _ = KeyedLimiter.SlidingWindow(int.MaxValue, s_second));
    }

    public static TheoryData<TimeSpan> NotWindows => [TimeSpan.Zero, -s_second, Timeout.InfiniteTimeSpan, TimeSpan.MaxValue, TimeSpan.MinValue];

    [Theory]
    [MemberData(nameof(NotWindows))]
    public void Windows_must_be_positive_and_finite(TimeSpan window)
    {
        Expect.OutOfRange("window", window, "at most 10000 days", () => _ = new FixedWindow(10, window));
        Expect.OutOfRange("window", window, "at most 10000 days", () => _ = new SlidingWindow(10, window));
        Expect.OutOfRange("window", window, "at most 10000 days", () => _ = KeyedLimiter.FixedWindow(10, window));
        Expect.OutOfRange("window", window, "at most 10000 days", () => _ = KeyedLimiter.SlidingWindow(10, window));
    }

    [Fact]
    public void Capacity_and_queue_limits_must_not_be_negative()
    {
        Expect.OutOfRange("capacity", -1, "at least 0", () => _ = new LeakyBucket(10, -1));
        Expect.OutOfRange("QueueLimit", -1, "at least 0", () => _ = new TokenBucket(10, 10, new() { QueueLimit = -1 }));
        Expect.OutOfRange("QueueLimit", -1, "at least 0", () => _ = new FixedWindow(10, s_second, new() { QueueLimit = -1 }));
        Expect.OutOfRange("QueueLimit", -1, "at least 0", () => _ = new SlidingWindow(10, s_second, new() { QueueLimit = -1 }));
        Expect.OutOfRange("QueueLimit", -1, "at least 0", () => _ = new TicketSemaphore(10, new() { QueueLimit = -1 }));
        Expect.OutOfRange("QueueLimit", -1, "at least 0", () => _ = new AdaptiveSemaphore(new() { QueueLimit = -1 }));
        Expect.OutOfRange("QueueLimit", -1, "at least 0", () => _ = Composite(new() { QueueLimit = -1 }));
    }

    [Fact]
    public void Token_bucket_options_are_checked()
    {
        Expect.OutOfRange("InitialPermits", -1L, "from 0 to 10", () => _ = new TokenBucket(10, 10, new() { InitialPermits = -1 }));
        Expect.OutOfRange("InitialPermits", 11L, "from 0 to 10", () => _ = new TokenBucket(10, 10, new() { InitialPermits = 11 }));
        Expect.OutOfRange("WarmUp", -s_second, "not be negative", () => _ = new TokenBucket(10, 10, new() { WarmUp = -s_second }));
        foreach (double factor in (double[])[1, 0, -3, double.NaN, double.PositiveInfinity])
        {
            Expect.OutOfRange("ColdFactor", factor, "from 1.001 to 1000000", () => _ = new TokenBucket(10, 10, new() { ColdFactor = factor }));
        }

        Expect.OutOfRange("Sharding", "7", "one of Auto, None", () => _ = new TokenBucket(10, 10, new() { Sharding = (Sharding)7 }));
    }

    [Fact]
    public void Window_and_semaphore_options_are_checked()
    {
        Expect.OutOfRange("Alignment", "7", "one of Epoch", () => _ = new FixedWindow(10, s_second, new() { Alignment = (WindowAlignment)7 }));
        Expect.OutOfRange("Sharding", "7", "one of Auto", () => _ = new FixedWindow(10, s_second, new() { Sharding = (Sharding)7 }));
        Expect.OutOfRange("Sharding", "7", "one of Auto", () => _ = new SlidingWindow(10, s_second, new() { Sharding = (Sharding)7 }));
        Expect.OutOfRange("Sharding", "7", "one of Auto", () => _ = new TicketSemaphore(10, new() { Sharding = (Sharding)7 }));
        Expect.OutOfRange("SubWindows", 0L, "from 1 to 1000", () => _ = new SlidingWindow(10, s_second, new() { SubWindows = 0 }));
        Expect.OutOfRange("SubWindows", 1001L, "from 1 to 1000", () => _ = new SlidingWindow(10, s_second, new() { SubWindows = 1001 }));
        Expect.OutOfRange(
            "Precision", "7", "one of Exact", () => _ = new SlidingWindow(10, s_second, new() { Precision = (SlidingWindowPrecision)7 }));
    }

    [Fact]
    public void Adaptive_options_are_checked()
    {
        Refuse("Algorithm", "7", "one of Gradient, Aimd", new() { Algorithm = (AdaptiveAlgorithm)7 });
        Refuse("MinConcurrent", 0, "at least 1", new() { MinConcurrent = 0 });
        Refuse("MaxConcurrent", 4, "at least 5", new() { MinConcurrent = 5, MaxConcurrent = 4 });
        Refuse("InitialConcurrent", 3, "from 5 to 9", new() { MinConcurrent = 5, MaxConcurrent = 9, InitialConcurrent = 3 });
        Refuse("Window", TimeSpan.Zero, "more than zero", new() { Window = TimeSpan.Zero });
        Refuse("MinSamples", 0, "at least 1", new() { MinSamples = 0 });
        Refuse("TargetLatency", TimeSpan.Zero, "more than zero", new() { TargetLatency = TimeSpan.Zero });
        Refuse("Tolerance", double.NaN, "from 1 to 10", new() { Tolerance = double.NaN });
        Refuse("Tolerance", 0.5, "from 1 to 10", new() { Tolerance = 0.5 });
        Refuse("Backoff", 1.0, "from 0.1 to 0.99", new() { Backoff = 1 });
        Refuse("Backoff", double.NaN, "from 0.1 to 0.99", new() { Backoff = double.NaN });
        Refuse("ProbeEvery", 1, "at least 2", new() { ProbeEvery = 1 });

        static void Refuse(string name, object found, string allowed, AdaptiveSemaphoreOptions options) =>
            Expect.OutOfRange(name, found, allowed, () => _ = new AdaptiveSemaphore(options));
    }

    [Fact]
    public void Keyed_options_are_checked()
    {
        Refuse("MaxKeys", 63, "from 64 to 100000000", new() { MaxKeys = 63 });
        Refuse("MaxKeys", int.MaxValue, "from 64 to 100000000", new() { MaxKeys = int.MaxValue });
        Refuse("IPv6PrefixLength", 0, "from 1 to 128", new() { IPv6PrefixLength = 0 });
        Refuse("IPv6PrefixLength", 129, "from 1 to 128", new() { IPv6PrefixLength = 129 });
        Refuse("TopKeys", -1, "from 0 to 10000", new() { TopKeys = -1 });
        Refuse("Overflow", "7", "one of Share, Refuse", new() { Overflow = (KeyOverflow)7 });

        static void Refuse(string name, object found, string allowed, KeyedLimiterOptions options)
        {
            Expect.OutOfRange(name, found, allowed, () => _ = new KeyedLimiter(10, 10, options));
            Expect.OutOfRange(name, found, allowed, () => _ = KeyedLimiter.FixedWindow(10, s_second, options));
            Expect.OutOfRange(name, found, allowed, () => _ = KeyedLimiter.SlidingWindow(10, s_second, options));
            Expect.OutOfRange(name, found, allowed, () => _ = KeyedLimiter.Concurrency(10, options));
        }
    }

    [Fact]
    public void Composites_need_different_parts_that_exist()
    {
        TokenBucket part = new(10, 10);
        Expect.Null("parts", () => _ = new CompositeLimiter((Limiter[])null!));
        Expect.Null("parts", () => _ = new CompositeLimiter(null!, new CompositeLimiterOptions()));
        Expect.Null("parts", () => _ = new CompositeLimiter(part, null!));
        Assert.Equal("parts", Assert.Throws<ArgumentException>(() => new CompositeLimiter()).ParamName);
        Assert.Equal("parts", Assert.Throws<ArgumentException>(() => new CompositeLimiter(part, part)).ParamName);
        Expect.OutOfRange("Strategy", "7", "one of MostRestrictive", () => _ = Composite(new() { Strategy = (CompositeStrategy)7 }));
        Expect.OutOfRange("HoldSlotsFor", -s_second, "not be negative", () => _ = Composite(new() { HoldSlotsFor = -s_second }));
    }

    [Theory]
    [InlineData(1e-6)]
    [InlineData(1e-4)]
    [InlineData(1.0 / 3)]
    [InlineData(123456.789)]
    [InlineData(999999999.9999999)]
    [InlineData(1e9)]
    public void Slow_fast_and_crooked_rates_are_taken(double rate)
    {
        Assert.True(new TokenBucket(rate, 1).TryAcquire());
        Assert.True(new LeakyBucket(rate).TryAcquire());
    }

    [Theory]
    [InlineData(1e-6)]
    [InlineData(1e-4)]
    [InlineData(1.0 / 3)]
    [InlineData(123456.789)]
    [InlineData(1e9)]
    public void Slow_fast_and_crooked_rates_of_keys_are_taken(double rate) =>
        Assert.True(new KeyedLimiter(rate, 1, new() { MaxKeys = 64 }).TryAcquire("key"));

    [Fact]
    public void Smallest_and_largest_windows_are_taken()
    {
        Assert.True(new FixedWindow(1, TimeSpan.FromTicks(1)).TryAcquire());
        Assert.True(new SlidingWindow(1, TimeSpan.FromDays(10_000)).TryAcquire());
        Assert.True(new LeakyBucket(1, 0).TryAcquire());
    }

    [Fact]
    public void All_slots_of_the_largest_semaphore_are_taken_and_given_back_in_no_time()
    {
        TicketSemaphore semaphore = new(int.MaxValue);
        Assert.True(semaphore.TryAcquire(int.MaxValue));
        Assert.Equal(0, semaphore.Available);
        Assert.False(semaphore.TryAcquire());
        semaphore.Dispose();
    }

    private static CompositeLimiter Composite(CompositeLimiterOptions options) => new([new TokenBucket(10, 10)], options);
}
