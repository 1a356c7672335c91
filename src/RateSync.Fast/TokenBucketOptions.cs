using RateSync.Fast.Engine;

namespace RateSync.Fast;

/// <summary>What a <see cref="TokenBucket"/> can be told beyond rate and burst.</summary>
public sealed record TokenBucketOptions
{
    internal static readonly TokenBucketOptions Default = new();

    /// <summary>A name for logs, metrics and explanations.</summary>
    /// <value>By default the name of the type.</value>
    public string? Id { get; init; }

    /// <summary>Callers that may wait in line at a time; more are refused.</summary>
    /// <value>0 or more; by default no limit.</value>
    public int QueueLimit { get; init; } = int.MaxValue;

    /// <summary>Permits in the bucket at the start, and again whenever it has gone cold; see <see cref="WarmUp"/>.</summary>
    /// <value>From 0 to the burst; by default the burst or, with a warm-up, 1.</value>
    public long? InitialPermits { get; init; }

    /// <summary>
    /// How long the limiter takes from its cold rate, 1/<see cref="ColdFactor"/> of the nominal one, to its nominal rate, in a
    /// straight line. It is cold at the start and after it has granted nothing for as long as the warm-up takes.
    /// </summary>
    /// <value>By default none. A limiter with a warm-up is never split over threads.</value>
    public TimeSpan WarmUp { get; init; }

    /// <summary>How many times slower than its nominal rate a cold limiter starts.</summary>
    /// <value>From 1.001 to 1,000,000; by default 3.</value>
    public double ColdFactor { get; init; } = 3;

    /// <summary>Whether threads may keep a few permits close by.</summary>
    /// <value>By default where it pays.</value>
    public Sharding Sharding { get; init; }

    /// <summary>
    /// Whether <see cref="Limiter.TryAcquire()"/> and <see cref="Limiter.Attempt(int)"/> may step ahead of those who wait in line.
    /// Favours throughput over fairness.
    /// </summary>
    /// <value>By default not.</value>
    public bool AllowBarging { get; init; }

    internal void Validate(long burst)
    {
        Check.AtLeast(QueueLimit, 0, nameof(QueueLimit));
        Check.NotNegative(WarmUp, nameof(WarmUp));
        Check.Range(InitialPermits ?? 0, 0, Math.Max(0, burst), nameof(InitialPermits));
        Check.Range(ColdFactor, 1.001, 1e6, nameof(ColdFactor));
        Check.Defined((int)Sharding, (int)Sharding.None, typeof(Sharding), nameof(Sharding));
    }
}
