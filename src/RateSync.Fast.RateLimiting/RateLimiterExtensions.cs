using System.Threading.RateLimiting;
using RateSync.Fast.RateLimiting.Faces;

namespace RateSync.Fast.RateLimiting;

/// <summary>Our limiters with the platform's face.</summary>
public static class RateLimiterExtensions
{
    /// <summary>
    /// Shows a limiter as the platform's <see cref="RateLimiter"/>: for Polly, for handlers, for everything that takes one.
    /// </summary>
    /// <param name="limiter">Any limiter. May go on being used directly; both see the same permits.</param>
    /// <param name="options">Line and lifetime; null for no line.</param>
    /// <returns>
    /// A limiter that keeps the platform's contract. A grant of a rate is one and the same lease each time, and so allocates nothing; slots
    /// take a lease of 32 bytes. Every refusal says in <see cref="MetadataName.RetryAfter"/> when to come back, unless that does not depend
    /// on time.
    /// </returns>
    /// <exception cref="ArgumentNullException">The limiter is null.</exception>
    /// <exception cref="ArgumentOutOfRangeException">An option out of range.</exception>
    public static RateLimiter AsRateLimiter(this Limiter limiter, RateLimiterFaceOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(limiter);
        return new LimiterFace(limiter, options ?? RateLimiterFaceOptions.Default);
    }

    /// <summary>
    /// Shows a keyed limiter as the platform's <see cref="PartitionedRateLimiter{TResource}"/>: no object per key, no global lock, no
    /// heartbeat.
    /// </summary>
    /// <typeparam name="TResource">What permits are asked for, such as a request.</typeparam>
    /// <param name="limiter">The limiter; it still belongs to its maker.</param>
    /// <param name="key">Which key a resource counts against.</param>
    /// <returns>
    /// A limiter that never waits: <see cref="PartitionedRateLimiter{TResource}.AcquireAsync"/> answers at once. Grants and refusals of a
    /// rate allocate nothing, as long as refused leases are disposed of. Its statistics count all keys together, except for the permits
    /// available.
    /// </returns>
    /// <exception cref="ArgumentNullException">An argument is null.</exception>
    public static PartitionedRateLimiter<TResource> AsPartitionedRateLimiter<TResource>(
        this KeyedLimiter limiter, Func<TResource, string> key)
    {
        ArgumentNullException.ThrowIfNull(limiter);
        ArgumentNullException.ThrowIfNull(key);
        return new KeyedFace<TResource>(limiter, key);
    }

    /// <summary>
    /// Shows a limiter that is configured by name, each key with the limits to itself as by
    /// <see cref="LimiterRegistry.For(string, LimiterKey)"/>, as the platform's <see cref="PartitionedRateLimiter{TResource}"/>: no object
    /// per key, no global lock, no heartbeat. When the file or the options change, the new limits hold at once.
    /// </summary>
    /// <typeparam name="TResource">What permits are asked for, such as a request.</typeparam>
    /// <param name="registry">Where the limiter is found, at each call; it still belongs to its maker.</param>
    /// <param name="id">The limiter's name.</param>
    /// <param name="key">Which key a resource counts against: a string, an address, a number or a <see cref="Guid"/>.</param>
    /// <returns>
    /// A limiter whose <see cref="PartitionedRateLimiter{TResource}.AcquireAsync"/> waits as the named limiter says: for its
    /// <c>timeout</c>, not at all without one, with <c>queue_limit</c> callers in line for a key. Leases give slots back, once. Its
    /// statistics count all keys together, except for the permits available and those who wait.
    /// </returns>
    /// <exception cref="ArgumentException">The name is empty.</exception>
    /// <exception cref="ArgumentNullException">An argument is null.</exception>
    /// <exception cref="LimiterNotFoundException">There is no limiter of that name.</exception>
    /// <exception cref="ConfigurationException">
    /// What the limiter does cannot be counted for keys, as with one that is made of others.
    /// </exception>
    public static PartitionedRateLimiter<TResource> AsPartitionedRateLimiter<TResource>(
        this LimiterRegistry registry, string id, Func<TResource, LimiterKey> key)
    {
        ArgumentNullException.ThrowIfNull(registry);
        ArgumentNullException.ThrowIfNull(key);
        return new NamedFace<TResource>(NamedLimits.Of(registry, id).Check(), key);
    }
}
