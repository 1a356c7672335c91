using RateSync.Fast;
using RateSync.Fast.Http;
using RateSync.Fast.Http.Pauses;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Rate limits for named and typed clients.</summary>
public static class RateSyncHttpClientBuilderExtensions
{
    /// <summary>Keeps a client's calls within a limit of the registry, and lets it learn from answers.</summary>
    /// <param name="builder">The client.</param>
    /// <param name="id">The name of the limiter, in the registry of the services or else in that of <see cref="RateLimit"/>.</param>
    /// <param name="options">Everything else; null for the defaults.</param>
    /// <returns>The same builder.</returns>
    public static IHttpClientBuilder AddRateSync(this IHttpClientBuilder builder, string id, RateLimitingHandlerOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentException.ThrowIfNullOrEmpty(id);

        // The factory makes handlers anew every few minutes: what was learned outlives them.
        HostPauses pauses = HostPauses.For(options ?? RateLimitingHandlerOptions.Default);
        return builder.AddHttpMessageHandler(services =>
        {
            LimiterRegistry registry = services.GetService<LimiterRegistry>() ?? RateLimit.Registry;
            return new RateLimitingHandler(options, _ => registry.GetLimiter(id), pauses);
        });
    }
}
