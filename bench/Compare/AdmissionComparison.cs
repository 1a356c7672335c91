using System.Diagnostics;
using System.Globalization;
using System.Threading.RateLimiting;
using RateSync.Fast.RateLimiting;

namespace RateSync.Fast.Bench.Compare;

/// <summary>How much of a nominal rate a limit for one of many keys lets through.</summary>
internal static class AdmissionComparison
{
    private const int Nominal = 100;
    private const string Key = "203.0.113.7";

    private static readonly TimeSpan s_window = TimeSpan.FromSeconds(1);
    // Not a whole number of windows, so that no window begins just where counting begins and ends.
    private static readonly TimeSpan s_settle = TimeSpan.FromSeconds(2.5);
    private static readonly TimeSpan s_measure = TimeSpan.FromSeconds(10);

    public static IEnumerable<Finding> Measure()
    {
        using PartitionedRateLimiter<string> hundred = Sliding(100);
        using PartitionedRateLimiter<string> ten = Sliding(10);
        using PartitionedRateLimiter<string> fixedWindow = PartitionedRateLimiter.Create<string, string>(static key =>
            RateLimitPartition.GetFixedWindowLimiter(key, static _ => new FixedWindowRateLimiterOptions { PermitLimit = Nominal, Window = s_window }));
        using PartitionedRateLimiter<string> smooth = PartitionedRateLimiter.Create<string, string>(static key =>
            RateLimitPartition.GetTokenBucketLimiter(key, Smooth));

        // The platform's own partitions with our limiters in them, from the same options.
        using PartitionedRateLimiter<string> replacedHundred = PartitionedRateLimiter.Create<string, string>(static key =>
            RateSyncPartition.GetSlidingWindowLimiter(key, static _ => Segments(100)));
        using PartitionedRateLimiter<string> replacedFixed = PartitionedRateLimiter.Create<string, string>(static key =>
            RateSyncPartition.GetFixedWindowLimiter(key, static _ => new FixedWindowRateLimiterOptions { PermitLimit = Nominal, Window = s_window }));
        using PartitionedRateLimiter<string> replacedSmooth = PartitionedRateLimiter.Create<string, string>(static key =>
            RateSyncPartition.GetTokenBucketLimiter(key, Smooth));
        using KeyedLimiter oursSliding = KeyedLimiter.SlidingWindow(Nominal, s_window);
        using SlidingWindow oursExact = new(Nominal, s_window);
        using KeyedLimiter oursFixed = KeyedLimiter.FixedWindow(Nominal, s_window);
        using KeyedLimiter oursSmooth = new(Nominal, 1);
        Func<bool>[] all =
        [
            () => Ask(hundred), () => Ask(ten), () => Ask(fixedWindow), () => Ask(smooth),
            () => oursSliding.TryAcquire(Key), oursExact.TryAcquire, () => oursFixed.TryAcquire(Key), () => oursSmooth.TryAcquire(Key),
            () => Ask(replacedHundred), () => Ask(replacedFixed), () => Ask(replacedSmooth),
        ];
        double[] rates = Count(all);
        yield return new Finding(
            "sliding window of 1 s, 100 segments",
            Show(rates[0]),
            $"{Show(rates[8])} in its place; {Show(rates[4])} per key; {Show(rates[5])} exact, by itself");
        yield return new Finding("sliding window of 1 s, 10 segments", Show(rates[1]), Show(rates[4]) + " per key");
        yield return new Finding("fixed window of 1 s", Show(rates[2]), $"{Show(rates[9])} in its place; {Show(rates[6])} per key");
        yield return new Finding("token bucket of 1, one token every 10 ms", Show(rates[3]), $"{Show(rates[10])} in its place; {Show(rates[7])} per key");
    }

    private static PartitionedRateLimiter<string> Sliding(int segments) => PartitionedRateLimiter.Create<string, string>(key =>
        RateLimitPartition.GetSlidingWindowLimiter(key, _ => Segments(segments)));

    private static SlidingWindowRateLimiterOptions Segments(int segments) =>
        new() { PermitLimit = Nominal, Window = s_window, SegmentsPerWindow = segments };

    private static TokenBucketRateLimiterOptions Smooth(string key) =>
        new() { TokenLimit = 1, TokensPerPeriod = 1, ReplenishmentPeriod = TimeSpan.FromMilliseconds(10) };

    private static bool Ask(PartitionedRateLimiter<string> limiter)
    {
        using RateLimitLease lease = limiter.AttemptAcquire(Key);
        return lease.IsAcquired;
    }

    /// <summary>
    /// Asks all of them in turn, some ten thousand times a second each; what a full limiter gives at the start does not count.
    /// </summary>
    private static double[] Count(Func<bool>[] limiters)
    {
        long[] counts = new long[limiters.Length];
        long start = Stopwatch.GetTimestamp();
        TimeSpan elapsed;
        while ((elapsed = Stopwatch.GetElapsedTime(start)) < s_settle + s_measure)
        {
            for (int i = 0; i < limiters.Length; i++)
            {
                if (limiters[i]() && elapsed >= s_settle)
                {
                    counts[i]++;
                }
            }

            Thread.SpinWait(1_000);
        }

        return [.. counts.Select(static c => c / s_measure.TotalSeconds)];
    }

    private static string Show(double rate) => rate.ToString("0.0", CultureInfo.InvariantCulture) + "/s";
}
