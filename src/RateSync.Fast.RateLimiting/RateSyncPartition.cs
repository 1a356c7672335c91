using System.Threading.RateLimiting;

namespace RateSync.Fast.RateLimiting;

/// <summary>
/// As <see cref="RateLimitPartition"/>, with our limiters: change the name of the class, and each partition admits what it was given.
/// </summary>
/// <remarks>
/// For <c>AddRateLimiter</c>: <c>options.AddPolicy("api", context => RateSyncPartition.GetTokenBucketLimiter(key, factory))</c>. The
/// platform makes a limiter for each key it sees, keeps it while it is used, and forgets it when it has been full and idle for ten seconds.
/// For very many keys <see cref="RateLimiterExtensions.AsPartitionedRateLimiter"/> does without objects, heartbeat and lock.
/// </remarks>
public static class RateSyncPartition
{
    /// <summary>
    /// A partition with a token bucket of its own; see
    /// <see cref="RateSyncRateLimiter.Create(TokenBucketRateLimiterOptions, TimeProvider)"/>.
    /// </summary>
    /// <typeparam name="TKey">The type of keys.</typeparam>
    /// <param name="partitionKey">The key.</param>
    /// <param name="factory">Makes the options of a key that is new.</param>
    /// <returns>The partition.</returns>
    /// <exception cref="ArgumentNullException">There is no factory.</exception>
    public static RateLimitPartition<TKey> GetTokenBucketLimiter<TKey>(TKey partitionKey, Func<TKey, TokenBucketRateLimiterOptions> factory)
    {
        ArgumentNullException.ThrowIfNull(factory);
        return RateLimitPartition.Get(partitionKey, factory.Make);
    }

    /// <summary>
    /// A partition with a fixed window of its own; see
    /// <see cref="RateSyncRateLimiter.Create(FixedWindowRateLimiterOptions, TimeProvider)"/>.
    /// </summary>
    /// <inheritdoc cref="GetTokenBucketLimiter"/>
    public static RateLimitPartition<TKey> GetFixedWindowLimiter<TKey>(TKey partitionKey, Func<TKey, FixedWindowRateLimiterOptions> factory)
    {
        ArgumentNullException.ThrowIfNull(factory);
        return RateLimitPartition.Get(partitionKey, factory.Make);
    }

    /// <summary>
    /// A partition with a sliding window of its own; see
    /// <see cref="RateSyncRateLimiter.Create(SlidingWindowRateLimiterOptions, TimeProvider)"/>.
    /// </summary>
    /// <inheritdoc cref="GetTokenBucketLimiter"/>
    public static RateLimitPartition<TKey> GetSlidingWindowLimiter<TKey>(
        TKey partitionKey, Func<TKey, SlidingWindowRateLimiterOptions> factory)
    {
        ArgumentNullException.ThrowIfNull(factory);
        return RateLimitPartition.Get(partitionKey, factory.Make);
    }

    /// <summary>
    /// A partition with slots of its own; see <see cref="RateSyncRateLimiter.Create(ConcurrencyLimiterOptions, TimeProvider)"/>.
    /// </summary>
    /// <inheritdoc cref="GetTokenBucketLimiter"/>
    public static RateLimitPartition<TKey> GetConcurrencyLimiter<TKey>(TKey partitionKey, Func<TKey, ConcurrencyLimiterOptions> factory)
    {
        ArgumentNullException.ThrowIfNull(factory);
        return RateLimitPartition.Get(partitionKey, factory.Make);
    }

    // Extensions of the factory, so that a delegate to one of them carries the factory along by itself: one object for each request instead
    // of two.
    private static RateLimiter Make<TKey>(this Func<TKey, TokenBucketRateLimiterOptions> factory, TKey key) =>
        RateSyncRateLimiter.Create(factory(key));

    private static RateLimiter Make<TKey>(this Func<TKey, FixedWindowRateLimiterOptions> factory, TKey key) =>
        RateSyncRateLimiter.Create(factory(key));

    private static RateLimiter Make<TKey>(this Func<TKey, SlidingWindowRateLimiterOptions> factory, TKey key) =>
        RateSyncRateLimiter.Create(factory(key));

    private static RateLimiter Make<TKey>(this Func<TKey, ConcurrencyLimiterOptions> factory, TKey key) =>
        RateSyncRateLimiter.Create(factory(key));
}
