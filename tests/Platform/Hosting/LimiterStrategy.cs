using System.Threading.RateLimiting;
using Polly;

namespace RateSync.Fast.Tests.Platform.Hosting;

/// <summary>
/// What Polly's own strategy does with a limiter: one permit for each execution, given back after it; a refusal is an exception that says
/// when to retry.
/// </summary>
internal sealed class LimiterStrategy(RateLimiter limiter) : ResilienceStrategy
{
    protected override async ValueTask<Outcome<TResult>> ExecuteCore<TResult, TState>(
        Func<ResilienceContext, TState, ValueTask<Outcome<TResult>>> callback, ResilienceContext context, TState state)
    {
        using RateLimitLease lease = await limiter.AcquireAsync(1, context.CancellationToken);
        if (lease.IsAcquired)
        {
            return await callback(context, state);
        }

        TimeSpan? after = lease.TryGetMetadata(MetadataName.RetryAfter, out TimeSpan value) ? value : null;
        InvalidOperationException refused = new("refused") { Data = { [MetadataName.RetryAfter.Name] = after } };
        return Outcome.FromException<TResult>(refused);
    }
}
