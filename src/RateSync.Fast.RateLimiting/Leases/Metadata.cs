using System.Threading.RateLimiting;

namespace RateSync.Fast.RateLimiting.Leases;

/// <summary>Which names a lease answers to.</summary>
internal static class Metadata
{
    /// <summary>The name of <see cref="MetadataName.RetryAfter"/>, as a constant.</summary>
    public const string RetryAfter = "RETRY_AFTER";

    /// <summary>The name of <see cref="MetadataName.ReasonPhrase"/>, as a constant.</summary>
    public const string ReasonPhrase = "REASON_PHRASE";

    public const string RetryAfterSeconds = "RATESYNC_RETRY_AFTER_SECONDS";

    public const string Limit = "RATESYNC_LIMIT";

    public const string Remaining = "RATESYNC_REMAINING";

    public const string Reset = "RATESYNC_RESET";

    public static readonly string[] OfLimit = [Limit];

    public static readonly string[] OfSlots = [Limit, Remaining];

    public static readonly string[] OfRate = [Limit, Remaining, Reset];

    public static readonly string[] OfRefusal = [ReasonPhrase];

    public static readonly string[] OfRefusedSlots = [ReasonPhrase, Limit, Remaining];

    public static readonly string[] OfRefusedRate = [RetryAfter, RetryAfterSeconds, ReasonPhrase, Limit, Remaining, Reset];

    /// <summary>How the limiter stands at the moment of the question.</summary>
    public static object? Now(Limiter limiter, string name) => name switch
    {
        Limit => limiter.Limit,
        Remaining => limiter.GetState().Remaining,
        Reset when limiter.GetState().ResetAfter is var reset && reset != Timeout.InfiniteTimeSpan => reset,
        _ => null,
    };

    public static string Phrase(RefusalReason reason) => reason switch
    {
        RefusalReason.QueueFull => "As many permits wait in line as the queue limit allows.",
        RefusalReason.WaitersInLine => "Others wait in line and come first.",
        RefusalReason.TooManyKeys => "There is no room to count for this key.",
        _ => "Not enough permits are left.",
    };
}
