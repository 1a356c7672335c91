using System.Threading.RateLimiting;
using RateSync.Fast.RateLimiting.Leases;

namespace RateSync.Fast.RateLimiting;

/// <summary>
/// What the leases of this package say beyond <see cref="MetadataName.RetryAfter"/> and <see cref="MetadataName.ReasonPhrase"/>: what
/// response headers tell a client, after a grant as well as after a refusal.
/// </summary>
public static class RateSyncMetadataName
{
    /// <summary>The most permits that can be granted at once: burst, window limit or number of slots.</summary>
    public static MetadataName<long> Limit { get; } = new(Metadata.Limit);

    /// <summary>
    /// <see cref="MetadataName.RetryAfter"/> in whole seconds, rounded up, as the header <c>Retry-After</c> says it. On refusals that time
    /// will end.
    /// </summary>
    public static MetadataName<int> RetryAfterSeconds { get; } = new(Metadata.RetryAfterSeconds);

    /// <summary>Permits that are left.</summary>
    public static MetadataName<long> Remaining { get; } = new(Metadata.Remaining);

    /// <summary>
    /// How long until the limiter is as good as unused if nobody asks. Missing where that does not depend on time, as with slots.
    /// </summary>
    public static MetadataName<TimeSpan> Reset { get; } = new(Metadata.Reset);
}
