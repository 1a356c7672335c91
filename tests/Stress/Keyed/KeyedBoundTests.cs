using System.Diagnostics;
using RateSync.Fast.Tests.Stress.Checking;
using RateSync.Fast.Tests.Stress.Controls;

namespace RateSync.Fast.Tests.Stress.Keyed;

/// <summary>No key is ever granted more than its bound, whatever other keys come and go.</summary>
public sealed class KeyedBoundTests
{
    private const int MaxKeys = 512;
    private static readonly TimeSpan s_length = TimeSpan.FromMilliseconds(700);
    private static readonly long s_millisecond = Stopwatch.Frequency / 1000;

    [Theory]
    [InlineData(2, 100, KeyOverflow.Share)]
    [InlineData(4, 500, KeyOverflow.Share)]
    [InlineData(16, 5_000, KeyOverflow.Share)]
    [InlineData(4, 5_000, KeyOverflow.Refuse)]
    public void Of_a_token_bucket_no_key_is_granted_more_than_its_bound(int threads, int keys, KeyOverflow overflow) => Verify.Of(() =>
    {
        RateLaw law = RateLaw.PerSecond(100, 5);
        KeyedLimiter limiter = new(law.PerSecondAsDouble, law.Burst, Options(overflow));
        return Churn(limiter, keys, calls => RateBound.Check(calls, law)).Run(threads, s_length);
    });

    [Theory]
    [InlineData(2)]
    [InlineData(16)]
    public void Of_a_large_token_bucket_no_key_is_granted_more_than_its_bound(int threads) => Verify.Of(() =>
    {
        // Large enough for a key's tokens to be set aside for the threads that ask for it.
        RateLaw law = RateLaw.PerSecond(5_000, 2_000);
        KeyedLimiter limiter = new(law.PerSecondAsDouble, law.Burst, Options(KeyOverflow.Share));
        return Churn(limiter, 40, calls => RateBound.Check(calls, law)).Run(threads, s_length);
    });

    [Theory]
    [InlineData(2, 500)]
    [InlineData(16, 5_000)]
    public void Of_a_fixed_window_no_key_is_granted_more_than_its_bound(int threads, int keys) => Verify.Of(() =>
    {
        long earliest = Stopwatch.GetTimestamp();
        KeyedLimiter limiter = KeyedLimiter.FixedWindow(5, TimeSpan.FromMilliseconds(40), Options(KeyOverflow.Share));
        long latest = Stopwatch.GetTimestamp();
        return Churn(limiter, keys, calls => WindowBound.CheckAligned(calls, 5, 40 * s_millisecond, earliest, latest)).Run(threads, s_length);
    });

    [Theory]
    [InlineData(2, 500)]
    [InlineData(16, 5_000)]
    public void Of_a_sliding_window_no_key_is_granted_more_than_its_bound(int threads, int keys) => Verify.Of(() =>
    {
        KeyedLimiter limiter = KeyedLimiter.SlidingWindow(12, TimeSpan.FromMilliseconds(60), Options(KeyOverflow.Share));
        return Churn(limiter, keys, calls => WindowBound.Check(calls, 12, 60 * s_millisecond)).Run(threads, s_length);
    });

    [Fact]
    public void A_table_that_forgets_keys_in_use_is_found() => Verify.IsFound(() =>
    {
        RateLaw law = RateLaw.PerSecond(100, 5);
        ForgetfulTable table = new(law.PerSecondAsDouble, law.Burst, MaxKeys);
        return new KeyedChurn { TryTake = table.TryAcquire, Check = calls => RateBound.Check(calls, law), Keys = 5_000 }.Run(4, s_length);
    });

    private static KeyedLimiterOptions Options(KeyOverflow overflow) => new() { MaxKeys = MaxKeys, Overflow = overflow };

    private static KeyedChurn Churn(KeyedLimiter limiter, int keys, Func<Recording.Call[], BoundReport> check) => new()
    {
        TryTake = key => limiter.TryAcquire((long)key),
        GiveBack = key => limiter.Refund((long)key, 1),
        Forget = () => limiter.ForgetUnused(),
        Check = check,
        Keys = keys,
    };
}
