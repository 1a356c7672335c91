namespace RateSync.Fast;

/// <summary>How a named limiter counts permits over time; see <see cref="LimiterOptions.Algorithm"/>.</summary>
public enum LimiterAlgorithm
{
    /// <summary>
    /// A <see cref="RateSync.Fast.TokenBucket"/>: <see cref="LimiterOptions.RatePerSecond"/> on average, up to
    /// <see cref="LimiterOptions.Burst"/> at once. In a file: <c>token_bucket</c>.
    /// </summary>
    TokenBucket = 0,

    /// <summary>
    /// A <see cref="RateSync.Fast.LeakyBucket"/>: grants are spaced evenly at <see cref="LimiterOptions.RatePerSecond"/>. In a file:
    /// <c>leaky_bucket</c>.
    /// </summary>
    LeakyBucket = 1,

    /// <summary>
    /// A <see cref="RateSync.Fast.SlidingWindow"/> that keeps every grant: exactly <see cref="LimiterOptions.Limit"/> permits in any
    /// <see cref="LimiterOptions.Window"/>. In a file: <c>sliding_window</c>.
    /// </summary>
    SlidingWindow = 2,

    /// <summary>
    /// A <see cref="RateSync.Fast.SlidingWindow"/> that counts in sub-windows: never more than <see cref="LimiterOptions.Limit"/> permits
    /// in any
    /// <see cref="LimiterOptions.Window"/>, for limits too large to keep every grant. In a file: <c>sliding_window_counter</c>.
    /// </summary>
    SlidingWindowCounter = 3,

    /// <summary>
    /// A <see cref="RateSync.Fast.FixedWindow"/>: <see cref="LimiterOptions.Limit"/> permits in each <see cref="LimiterOptions.Window"/>,
    /// and up to twice as many around the border of two. In a file: <c>fixed_window</c>.
    /// </summary>
    FixedWindow = 4,
}
