using System.Threading.RateLimiting;
using RateSync.Fast.RateLimiting.Faces;

namespace RateSync.Fast.RateLimiting;

/// <summary>
/// As <see cref="RateLimitPartition"/>, with our limiters: change the name of the class, and each partition admits what it was given.
/// </summary>
/// <remarks>
/// For <c>AddRateLimiter</c>: <c>options.AddPolicy("api", context => RateSyncPartition.GetTokenBucketLimiter(key, factory))</c>. The
/// platform makes a limiter for each key it sees, keeps it while it is used, and forgets it when it has been full and idle for ten seconds.
/// For very many keys <see cref="RateLimiterExtensions.AsPartitionedRateLimiter{TResource}(KeyedLimiter, Func{TResource, string})"/> does
/// without objects, heartbeat and lock.
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

    /// <summary>
    /// The partition of one key of a limiter that is configured by name, with the limits of the file or the options, as they are at each
    /// request.
    /// </summary>
    /// <param name="id">The limiter's name.</param>
    /// <param name="key">Whose limit it is: a string, an address, a number or a <see cref="Guid"/>.</param>
    /// <param name="registry">Where the limiter is found; null for whatever is <see cref="RateLimit.Registry"/> at each request.</param>
    /// <returns>
    /// A partition whose object holds nothing but the key: what was spent is in the limiter's table, and outlives it. Requests wait as
    /// <see cref="RateLimiterExtensions.AsPartitionedRateLimiter{TResource}(LimiterRegistry, string, Func{TResource, LimiterKey})"/> says.
    /// </returns>
    /// <remarks>
    /// The platform keeps an object for each key while it is used. For one limiter of all endpoints,
    /// <see cref="RateLimiterExtensions.AsPartitionedRateLimiter{TResource}(LimiterRegistry, string, Func{TResource, LimiterKey})"/> does
    /// without.
    /// </remarks>
    /// <exception cref="ArgumentException">The name is empty.</exception>
    /// <exception cref="LimiterNotFoundException">There is no limiter of that name.</exception>
    /// <exception cref="ConfigurationException">
    /// What the limiter does cannot be counted for keys, as with one that is made of others.
    /// </exception>
    public static RateLimitPartition<LimiterClone> GetNamedLimiter(string id, LimiterKey key, LimiterRegistry? registry = null)
    {
        // Its key tells names and registries apart as well: a policy may choose between limiters for the same client.
        NamedLimits limits = NamedLimits.Of(registry, id);
        return RateLimitPartition.Get(limits.For(key), limits.Make);
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

    private static RateLimiter Make(this NamedLimits limits, LimiterClone clone) => new NamedKeyFace(limits, clone);
}
