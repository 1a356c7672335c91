using RateSync.Fast.Tests.Shared;

namespace RateSync.Fast.Tests.Unit.Behaviour;

/// <summary>What a refusal says in whole seconds.</summary>
public class RetryAfterTests
{
    private readonly ManualClock _clock = new();

    [Theory]
    [InlineData(0, 0)]
    [InlineData(1, 1)]
    [InlineData(TimeSpan.TicksPerSecond - 1, 1)]
    [InlineData(TimeSpan.TicksPerSecond, 1)]
    [InlineData(TimeSpan.TicksPerSecond + 1, 2)]
    [InlineData(int.MaxValue * TimeSpan.TicksPerSecond, int.MaxValue)]
    [InlineData((int.MaxValue * TimeSpan.TicksPerSecond) + 1, int.MaxValue)]
    [InlineData(long.MaxValue, int.MaxValue)]
    public void A_refusal_says_whole_seconds_rounded_up(long ticks, int seconds) =>
        Assert.Equal(seconds, new Decision { RetryAfter = new TimeSpan(ticks) }.RetryAfterSeconds);

    [Fact]
    public void A_grant_says_zero_in_shadow_mode_as_well()
    {
        Assert.Equal(0, new Decision { Allowed = true }.RetryAfterSeconds);
        Assert.Equal(0, new Decision { Allowed = true, IsShadowed = true, RetryAfter = TimeSpan.FromSeconds(3) }.RetryAfterSeconds);
        Assert.Equal(0, new Decision { Allowed = true, IsShadowed = true, RetryAfter = Timeout.InfiniteTimeSpan }.RetryAfterSeconds);
    }

    [Fact]
    public void Slots_say_nothing_as_no_time_brings_them_back()
    {
        TicketSemaphore semaphore = new(1, timeProvider: _clock);
        Assert.Equal(0, semaphore.Attempt().RetryAfterSeconds);
        Assert.Null(semaphore.Attempt().RetryAfterSeconds);
    }

    [Fact]
    public void Who_comes_back_when_it_says_is_granted()
    {
        TokenBucket bucket = new(0.3, 1, timeProvider: _clock);
        Assert.True(bucket.TryAcquire());
        int seconds = Assert.NotNull(bucket.Attempt().RetryAfterSeconds);
        Assert.Equal(4, seconds);
        _clock.Advance(TimeSpan.FromSeconds(seconds - 1));
        Assert.False(bucket.TryAcquire());
        _clock.Advance(TimeSpan.FromSeconds(1));
        Assert.True(bucket.TryAcquire());
    }

    [Fact]
    public void Several_limits_say_the_longest()
    {
        using LimiterRegistry registry = new(new LimiterRegistryOptions { AutoLoad = false, TimeProvider = _clock });
        registry.ConfigureLimiter("slow", new LimiterOptions { RatePerSecond = 0.1, Burst = 1 });
        registry.ConfigureLimiter("slower", new LimiterOptions { RatePerSecond = 0.01, Burst = 1 });
        registry.ConfigureLimiter("slots", new LimiterOptions { MaxConcurrent = 1 });
        Assert.Equal(0, registry.AttemptAll("slow", "slower").RetryAfterSeconds);
        Assert.Equal(100, registry.CheckAll("slow", "slower").RetryAfterSeconds);
        Assert.True(registry.TryAcquire("slots"));
        Assert.Null(registry.CheckAll("slow", "slots").RetryAfterSeconds);
    }
}
