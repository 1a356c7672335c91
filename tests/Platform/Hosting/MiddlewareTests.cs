using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Threading.RateLimiting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.RateLimiting;
using Microsoft.AspNetCore.TestHost;
using Microsoft.Extensions.Hosting;
using RateSync.Fast.RateLimiting;

namespace RateSync.Fast.Tests.Platform.Hosting;

/// <summary>Our limiters in the platform's own middleware.</summary>
public sealed class MiddlewareTests
{
    private const int Nominal = 100;

    [Fact]
    public async Task A_policy_lets_through_what_it_says_and_tells_when_to_come_back()
    {
        using IHost host = await Server.StartAsync(static options =>
        {
            options.AddPolicy("api", static _ => RateSyncPartition.GetFixedWindowLimiter(
                "everybody", static _ => new FixedWindowRateLimiterOptions { PermitLimit = 3, Window = TimeSpan.FromHours(1) }));
            options.OnRejected = static (context, _) =>
            {
                if (context.Lease.TryGetMetadata(MetadataName.RetryAfter, out TimeSpan after)
                    && context.Lease.TryGetMetadata(RateSyncMetadataName.Limit, out long limit))
                {
                    IHeaderDictionary headers = context.HttpContext.Response.Headers;
                    headers.RetryAfter = Math.Ceiling(after.TotalSeconds).ToString(CultureInfo.InvariantCulture);
                    headers["X-RateLimit-Limit"] = limit.ToString(CultureInfo.InvariantCulture);
                }

                return default;
            };
        });
        using HttpClient client = host.GetTestClient();
        for (int i = 0; i < 3; i++)
        {
            using HttpResponseMessage granted = await client.GetAsync(new Uri("/", UriKind.Relative));
            Assert.Equal(HttpStatusCode.OK, granted.StatusCode);
        }

        using HttpResponseMessage refused = await client.GetAsync(new Uri("/", UriKind.Relative));
        Assert.Equal(HttpStatusCode.TooManyRequests, refused.StatusCode);
        Assert.InRange(refused.Headers.RetryAfter!.Delta!.Value, TimeSpan.FromMinutes(30), TimeSpan.FromHours(1));
        Assert.Equal("3", Assert.Single(refused.Headers.GetValues("X-RateLimit-Limit")));
    }

    [Fact]
    public async Task Each_client_has_a_partition()
    {
        static TokenBucketRateLimiterOptions OneAnHour(string client) =>
            new() { TokenLimit = 1, TokensPerPeriod = 1, ReplenishmentPeriod = TimeSpan.FromHours(1) };

        using IHost host = await Server.StartAsync(static options => options.AddPolicy(
            "api", static context => RateSyncPartition.GetTokenBucketLimiter(ClientOf(context), OneAnHour)));
        using HttpClient client = host.GetTestClient();
        Assert.Equal(HttpStatusCode.OK, await GetAsync(client, "a"));
        Assert.Equal(HttpStatusCode.TooManyRequests, await GetAsync(client, "a"));
        Assert.Equal(HttpStatusCode.OK, await GetAsync(client, "b"));
    }

    [Fact]
    public async Task Requests_wait_for_slots()
    {
        TaskCompletionSource work = new(TaskCreationOptions.RunContinuationsAsynchronously);
        int inside = 0;
        using IHost host = await Server.StartAsync(
            static options => options.AddPolicy("api", static _ => RateSyncPartition.GetConcurrencyLimiter(
                0, static _ => new ConcurrencyLimiterOptions { PermitLimit = 1, QueueLimit = 1 })),
            async _ =>
            {
                Interlocked.Increment(ref inside);
                await work.Task;
            });
        using HttpClient client = host.GetTestClient();
        Task<HttpStatusCode> first = GetAsync(client, "a");
        Assert.True(SpinWait.SpinUntil(() => Volatile.Read(ref inside) == 1, TimeSpan.FromSeconds(30)));

        // One of these two waits, the other finds the line full.
        Task<HttpStatusCode> second = GetAsync(client, "a");
        Task<HttpStatusCode> third = GetAsync(client, "a");
        Task<HttpStatusCode> refused = await Task.WhenAny(second, third).WaitAsync(TimeSpan.FromSeconds(30));
        Assert.Equal(HttpStatusCode.TooManyRequests, await refused);
        Assert.Equal(1, Volatile.Read(ref inside));
        work.SetResult();
        Assert.Equal(HttpStatusCode.OK, await first);
        Assert.Equal(HttpStatusCode.OK, await (refused == second ? third : second).WaitAsync(TimeSpan.FromSeconds(30)));
    }

    [Fact]
    public async Task A_keyed_limiter_is_a_global_limiter()
    {
        using KeyedLimiter limiter = KeyedLimiter.FixedWindow(2, TimeSpan.FromHours(1));
        using IHost host = await Server.StartAsync(options =>
        {
            options.GlobalLimiter = limiter.AsPartitionedRateLimiter<HttpContext>(ClientOf);
            options.AddPolicy("api", static _ => RateLimitPartition.GetNoLimiter(0));
        });
        using HttpClient client = host.GetTestClient();
        Assert.Equal(HttpStatusCode.OK, await GetAsync(client, "a"));
        Assert.Equal(HttpStatusCode.OK, await GetAsync(client, "a"));
        Assert.Equal(HttpStatusCode.TooManyRequests, await GetAsync(client, "a"));
        Assert.Equal(HttpStatusCode.OK, await GetAsync(client, "b"));
    }

    /// <summary>
    /// 100 a second in 100 segments: ours lets all of it through, the platform, whose heart beats ten times a second, moves on by ten
    /// segments in that time. Measured by the times that requests were sent and answered at, between which they were decided: no stall can
    /// break what is said of those.
    /// </summary>
    [Fact]
    public async Task A_sliding_window_lets_its_nominal_rate_through_where_the_platforms_own_lets_a_tenth()
    {
        static SlidingWindowRateLimiterOptions Options(string key) =>
            new() { PermitLimit = Nominal, Window = TimeSpan.FromSeconds(1), SegmentsPerWindow = 100 };

        using IHost ours = await Server.StartAsync(static options =>
            options.AddPolicy("api", static _ => RateSyncPartition.GetSlidingWindowLimiter("everybody", Options)));
        using IHost platform = await Server.StartAsync(static options =>
            options.AddPolicy("api", static _ => RateLimitPartition.GetSlidingWindowLimiter("everybody", Options)));
        Task<List<(TimeSpan Sent, TimeSpan Answered, bool Admitted)>> platformFlood = FloodAsync(platform);
        List<(TimeSpan Sent, TimeSpan Answered, bool Admitted)> all = await FloodAsync(ours);

        TimeSpan second = TimeSpan.FromSeconds(1);
        List<(TimeSpan Sent, TimeSpan Answered, bool Admitted)> admitted = [.. all.Where(static request => request.Admitted)];
        for (int i = Nominal; i < admitted.Count; i++)
        {
            Assert.True(admitted[i].Answered - admitted[i - Nominal].Sent >= second, "more than the limit in a second");
        }

        int answered = 0;
        int old = 0;
        foreach ((TimeSpan sent, _, bool wasAdmitted) in all)
        {
            if (wasAdmitted)
            {
                answered++;
                continue;
            }

            while (old < answered && admitted[old].Answered <= sent - second)
            {
                old++;
            }

            Assert.True(answered - old >= Nominal, "refused although less than the limit was let through in the second before");
        }

        // The permits of the first tenth of a second come back after a hundred beats, ten seconds.
        List<(TimeSpan Sent, TimeSpan Answered, bool Admitted)> theirs = await platformFlood;
        double elapsed = theirs[^1].Answered.TotalSeconds;
        Assert.InRange(theirs.Count(static request => request.Admitted), 1, Nominal + (Nominal * 0.15 * elapsed));
    }

    /// <summary>Asks for three seconds without a pause.</summary>
    private static async Task<List<(TimeSpan Sent, TimeSpan Answered, bool Admitted)>> FloodAsync(IHost host)
    {
        using HttpClient client = host.GetTestClient();
        List<(TimeSpan Sent, TimeSpan Answered, bool Admitted)> requests = [];
        long start = Stopwatch.GetTimestamp();
        TimeSpan sent;
        while ((sent = Stopwatch.GetElapsedTime(start)) < TimeSpan.FromSeconds(3))
        {
            using HttpResponseMessage response = await client.GetAsync(new Uri("/", UriKind.Relative));
            requests.Add((sent, Stopwatch.GetElapsedTime(start), response.IsSuccessStatusCode));
        }

        return requests;
    }

    private static string ClientOf(HttpContext context) => context.Request.Headers["X-Client"].ToString();

    private static async Task<HttpStatusCode> GetAsync(HttpClient client, string name)
    {
        using HttpRequestMessage request = new(HttpMethod.Get, new Uri("/", UriKind.Relative));
        request.Headers.Add("X-Client", name);
        using HttpResponseMessage response = await client.SendAsync(request);
        return response.StatusCode;
    }
}
