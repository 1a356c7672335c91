using System.Threading.RateLimiting;

namespace RateSync.Fast.RateLimiting;

/// <summary>What the platform's face of a limiter can be told.</summary>
public sealed record RateLimiterFaceOptions
{
    internal static readonly RateLimiterFaceOptions Default = new();

    /// <summary>Permits, not callers, that may wait in line at a time, as the platform counts them.</summary>
    /// <value>0 or more; by default 0: nobody waits.</value>
    public int QueueLimit { get; init; }

    /// <summary>
    /// Who in line comes first. With <see cref="QueueProcessingOrder.NewestFirst"/> a newcomer to a full line takes the place of those who
    /// have waited longest, who are refused.
    /// </summary>
    /// <value>By default the oldest.</value>
    public QueueProcessingOrder QueueProcessingOrder { get; init; }

    /// <summary>Whether the limiter is disposed of together with its face.</summary>
    /// <value>By default not: it belongs to whoever made it.</value>
    public bool DisposeLimiter { get; init; }

    /// <summary>
    /// The clock that <see cref="RateLimiter.IdleDuration"/> is measured by; the one that the limiter was given, if it was given one.
    /// </summary>
    /// <value>By default the system's.</value>
    public TimeProvider? TimeProvider { get; init; }

    /// <summary>Whether nobody but the face has the limiter: then no slots come back but through its leases.</summary>
    internal bool IsPrivate { get; init; }

    internal void Validate()
    {
        if (QueueLimit < 0)
        {
            Throw(nameof(QueueLimit), QueueLimit, "It must be 0 or more permits.");
        }

        if (!Enum.IsDefined(QueueProcessingOrder))
        {
            Throw(nameof(QueueProcessingOrder), QueueProcessingOrder, "It must be OldestFirst or NewestFirst.");
        }
    }

    private static void Throw(string name, object value, string expected) => throw new ArgumentOutOfRangeException(name, value, expected);
}
