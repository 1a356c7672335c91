using System.Globalization;

namespace RateSync.Fast;

/// <summary>
/// A limiter's answer with its reasons. A refusal is a value that says when to come back; it is not an exception.
/// </summary>
/// <remarks>
/// The numbers describe the moment of the decision. They are exact when no other thread uses the limiter at that moment;
/// otherwise they may be old by the time they are read, but the decision itself never is.
/// </remarks>
public readonly record struct Decision
{
    /// <summary>Whether the permits were granted.</summary>
    public bool Allowed { get; init; }

    /// <summary>
    /// Whether it was granted only because the limiter is in shadow mode; everything else then says what the refusal would have been.
    /// </summary>
    public bool IsShadowed { get; init; }

    /// <summary>Why not; <see cref="RefusalReason.None"/> when they were.</summary>
    public RefusalReason Reason { get; init; }

    /// <summary>The most permits that can be granted at once: burst, window limit or number of slots.</summary>
    public long Limit { get; init; }

    /// <summary>Permits that are left now, after this decision.</summary>
    public long Remaining { get; init; }

    /// <summary>
    /// How long until the same request would be granted if nobody else asked: refused before, granted then. Zero when granted.
    /// Rounded up to 100 ns. <see cref="Timeout.InfiniteTimeSpan"/> when that does not depend on time, as with concurrency.
    /// </summary>
    public TimeSpan RetryAfter { get; init; }

    /// <summary>
    /// <see cref="RetryAfter"/> in whole seconds, rounded up, as the header <c>Retry-After</c> says it: 0 when granted, in shadow mode as
    /// well;
    /// <c>null</c> when time alone does not help, as with slots, which somebody has to give back.
    /// At most <see cref="int.MaxValue"/>, about 68 years.
    /// </summary>
    public int? RetryAfterSeconds => Allowed ? 0 : WholeSeconds(RetryAfter);

    /// <summary>
    /// How long until the limiter is as good as unused, if nobody asks. <see cref="Timeout.InfiniteTimeSpan"/> when that does not depend on
    /// time.
    /// </summary>
    public TimeSpan ResetAfter { get; init; }

    /// <summary>Permits that were missing; 0 when granted.</summary>
    public long Missing { get; init; }

    /// <summary>Callers that wait in line, who come first.</summary>
    public long Waiting { get; init; }

    /// <summary>The <see cref="Limiter.Id"/> of the limiter that decided; of several limits the one that refused.</summary>
    public string LimiterId { get; init; }

    /// <summary>
    /// What was granted; empty when refused. Disposing it returns concurrency slots. Empty where a key was granted permits of a rate alone:
    /// those go back by key, as by <see cref="KeyedLimiter.Refund"/> and <see cref="LimiterClone.Settle"/>.
    /// </summary>
    public Permit Permit { get; init; }

    /// <summary>Says it in words.</summary>
    public override string ToString() => Allowed
        ? string.Create(
            CultureInfo.InvariantCulture,
            $"{LimiterId}: granted{(IsShadowed ? $" in shadow mode, else refused ({Reason})" : "")}, {Remaining} of {Limit} left")
        : string.Create(
            CultureInfo.InvariantCulture,
            $"{LimiterId}: refused ({Reason}), {Missing} short of the request, {Remaining} of {Limit} left, {Waiting} waiting, retry {Describe(RetryAfter)}");

    // Rounded up: whoever comes back a fraction of a second too early is refused again.
    internal static int? WholeSeconds(TimeSpan span) => span < TimeSpan.Zero
        ? null
        : (int)Math.Min(int.MaxValue, (span.Ticks / TimeSpan.TicksPerSecond) + (span.Ticks % TimeSpan.TicksPerSecond == 0 ? 0 : 1));

    private static string Describe(TimeSpan span) => span == Timeout.InfiniteTimeSpan
        ? "when a slot comes free"
        : string.Create(CultureInfo.InvariantCulture, $"after {span.TotalMilliseconds} ms");
}
