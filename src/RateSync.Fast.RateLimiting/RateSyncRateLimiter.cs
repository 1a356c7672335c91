using System.Globalization;
using System.Threading.RateLimiting;
using RateSync.Fast.RateLimiting.Faces;

namespace RateSync.Fast.RateLimiting;

/// <summary>Our limiters made from the platform's own options.</summary>
/// <remarks>
/// What is asked for is admitted: permits come back by the clock, each when it is due, and not when a timer gets round to it.
/// <c>AutoReplenishment</c> makes no difference. All of them are strict, small enough to have one for each client, and exact for a single
/// caller.
/// </remarks>
public static class RateSyncRateLimiter
{
    private const int LargestExactWindow = 65_536;
    private const double FastestRate = 1e9;
    private const int FewestSegments = 100;
    private const int MostSegments = 1000;

    /// <summary>
    /// A token bucket of <c>TokenLimit</c>, refilled at a steady rate of <c>TokensPerPeriod</c> per <c>ReplenishmentPeriod</c>.
    /// </summary>
    /// <param name="options">The platform's options.</param>
    /// <param name="timeProvider">The clock; null for the system's.</param>
    /// <returns>The limiter, with nothing taken.</returns>
    /// <exception cref="ArgumentNullException">The options are null.</exception>
    /// <exception cref="ArgumentException">
    /// Options that the platform would not take either, or a bucket that would take more than 70 years to fill.
    /// </exception>
    public static RateLimiter Create(TokenBucketRateLimiterOptions options, TimeProvider? timeProvider = null)
    {
        ArgumentNullException.ThrowIfNull(options);
        Require(options.TokenLimit > 0, nameof(options.TokenLimit), nameof(options));
        Require(options.TokensPerPeriod > 0, nameof(options.TokensPerPeriod), nameof(options));
        Require(options.ReplenishmentPeriod > TimeSpan.Zero, nameof(options.ReplenishmentPeriod), nameof(options));
        RequireQueue(options.QueueLimit, nameof(options));
        TokenBucket bucket = new(
            Rate(options.TokensPerPeriod, options.ReplenishmentPeriod),
            options.TokenLimit,
            new TokenBucketOptions { Sharding = Sharding.None },
            timeProvider);
        return Face(bucket, options.QueueLimit, options.QueueProcessingOrder, timeProvider);
    }

    /// <summary>A fixed window of <c>PermitLimit</c> permits per <c>Window</c>; the first one begins now.</summary>
    /// <param name="options">The platform's options.</param>
    /// <param name="timeProvider">The clock; null for the system's.</param>
    /// <returns>The limiter, with nothing taken.</returns>
    /// <exception cref="ArgumentNullException">The options are null.</exception>
    /// <exception cref="ArgumentException">
    /// Options that the platform would not take either, or a window of more than 10,000 days.
    /// </exception>
    public static RateLimiter Create(FixedWindowRateLimiterOptions options, TimeProvider? timeProvider = null)
    {
        ArgumentNullException.ThrowIfNull(options);
        Require(options.PermitLimit > 0, nameof(options.PermitLimit), nameof(options));
        Require(options.Window > TimeSpan.Zero, nameof(options.Window), nameof(options));
        RequireQueue(options.QueueLimit, nameof(options));
        FixedWindow window = new(
            options.PermitLimit,
            options.Window,
            new FixedWindowOptions { Sharding = Sharding.None, Alignment = WindowAlignment.FirstUse },
            timeProvider);
        return Face(window, options.QueueLimit, options.QueueProcessingOrder, timeProvider);
    }

    /// <summary>A sliding window of at most <c>PermitLimit</c> permits in any <c>Window</c>, wherever it is laid.</summary>
    /// <param name="options">
    /// The platform's options. Up to 65,536 permits are counted one by one, and <c>SegmentsPerWindow</c> does not matter; beyond that they
    /// are counted in so many segments, 100 at the least and 1000 at the most, and at least 100 of 101 permits can be used.
    /// </param>
    /// <param name="timeProvider">The clock; null for the system's.</param>
    /// <returns>The limiter, with nothing taken.</returns>
    /// <exception cref="ArgumentNullException">The options are null.</exception>
    /// <exception cref="ArgumentException">
    /// Options that the platform would not take either, or a window of more than 10,000 days.
    /// </exception>
    public static RateLimiter Create(SlidingWindowRateLimiterOptions options, TimeProvider? timeProvider = null)
    {
        ArgumentNullException.ThrowIfNull(options);
        Require(options.PermitLimit > 0, nameof(options.PermitLimit), nameof(options));
        Require(options.SegmentsPerWindow > 0, nameof(options.SegmentsPerWindow), nameof(options));
        Require(options.Window > TimeSpan.Zero, nameof(options.Window), nameof(options));
        RequireQueue(options.QueueLimit, nameof(options));
        SlidingWindow window = new(
            options.PermitLimit,
            options.Window,
            new SlidingWindowOptions
            {
                Sharding = Sharding.None,
                Precision = options.PermitLimit <= LargestExactWindow ? SlidingWindowPrecision.Exact : SlidingWindowPrecision.SubWindows,
                SubWindows = Math.Clamp(options.SegmentsPerWindow, FewestSegments, MostSegments),
            },
            timeProvider);
        return Face(window, options.QueueLimit, options.QueueProcessingOrder, timeProvider);
    }

    /// <summary>A limit of <c>PermitLimit</c> on what goes on at once.</summary>
    /// <param name="options">The platform's options.</param>
    /// <param name="timeProvider">The clock for idleness; null for the system's.</param>
    /// <returns>The limiter, with nothing taken.</returns>
    /// <exception cref="ArgumentNullException">The options are null.</exception>
    /// <exception cref="ArgumentException">Options that the platform would not take either.</exception>
    public static RateLimiter Create(ConcurrencyLimiterOptions options, TimeProvider? timeProvider = null)
    {
        ArgumentNullException.ThrowIfNull(options);
        Require(options.PermitLimit > 0, nameof(options.PermitLimit), nameof(options));
        RequireQueue(options.QueueLimit, nameof(options));
        TicketSemaphore semaphore = new(options.PermitLimit, new TicketSemaphoreOptions { Sharding = Sharding.None }, timeProvider);
        return Face(semaphore, options.QueueLimit, options.QueueProcessingOrder, timeProvider);
    }

    /// <summary>A partitioned limiter over limiters that somebody else makes and keeps: by tenant, by plan, by route.</summary>
    /// <typeparam name="TResource">What permits are asked for, such as a request.</typeparam>
    /// <param name="choose">Which limiter a resource counts against: always the same object for the same one.</param>
    /// <param name="options">Line and lifetime, the same for each limiter; null for no line.</param>
    /// <returns>The limiter. No lock, no heartbeat; a limiter's face lives for as long as the limiter.</returns>
    /// <exception cref="ArgumentNullException">The function is null.</exception>
    /// <exception cref="ArgumentOutOfRangeException">An option out of range.</exception>
    public static PartitionedRateLimiter<TResource> CreatePartitioned<TResource>(
        Func<TResource, Limiter> choose, RateLimiterFaceOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(choose);
        return new LimiterPartitions<TResource>(choose, options ?? RateLimiterFaceOptions.Default);
    }

    /// <summary>
    /// As <see cref="RateLimiterExtensions.AsPartitionedRateLimiter{TResource}(LimiterRegistry, string, Func{TResource, LimiterKey})"/>,
    /// for a limiter of the process: of whatever is <see cref="RateLimit.Registry"/> at each call.
    /// </summary>
    /// <typeparam name="TResource">What permits are asked for, such as a request.</typeparam>
    /// <param name="id">The limiter's name.</param>
    /// <param name="key">Which key a resource counts against: a string, an address, a number or a <see cref="Guid"/>.</param>
    /// <returns>The limiter.</returns>
    /// <exception cref="ArgumentException">The name is empty.</exception>
    /// <exception cref="ArgumentNullException">An argument is null.</exception>
    /// <exception cref="LimiterNotFoundException">There is no limiter of that name.</exception>
    /// <exception cref="ConfigurationException">
    /// What the limiter does cannot be counted for keys, as with one that is made of others.
    /// </exception>
    public static PartitionedRateLimiter<TResource> CreatePartitioned<TResource>(string id, Func<TResource, LimiterKey> key)
    {
        ArgumentNullException.ThrowIfNull(key);
        return new NamedFace<TResource>(NamedLimits.Of(null, id).Check(), key);
    }

    private static LimiterFace Face(Limiter limiter, int queueLimit, QueueProcessingOrder order, TimeProvider? timeProvider) => new(
        limiter,
        new RateLimiterFaceOptions
        {
            QueueLimit = queueLimit,
            QueueProcessingOrder = order,
            DisposeLimiter = true,
            IsPrivate = true,
            TimeProvider = timeProvider,
        });

    /// <summary>Permits per second.</summary>
    /// <remarks>
    /// A bucket takes its rate as the decimal that it reads as, and chooses the simplest fraction that is not above it. Where the quotient
    /// is no decimal, as one in three seconds, that must not have been rounded down, or the fraction wanted would be just out of reach.
    /// </remarks>
    private static double Rate(int permits, TimeSpan period)
    {
        decimal exact = (decimal)permits * TimeSpan.TicksPerSecond / period.Ticks;
        double rate = (double)exact;
        if (rate >= FastestRate)
        {
            return FastestRate;
        }

        string read = rate.ToString("R", CultureInfo.InvariantCulture);
        return decimal.Parse(read, NumberStyles.Float, CultureInfo.InvariantCulture) < exact ? Math.BitIncrement(rate) : rate;
    }

    private static void RequireQueue(int queueLimit, string parameter)
    {
        if (queueLimit < 0)
        {
            throw new ArgumentException("QueueLimit must be 0 or more.", parameter);
        }
    }

    private static void Require(bool positive, string property, string parameter)
    {
        if (!positive)
        {
            throw new ArgumentException($"{property} must be more than 0.", parameter);
        }
    }
}
