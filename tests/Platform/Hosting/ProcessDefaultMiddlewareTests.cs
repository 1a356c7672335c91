using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.TestHost;
using Microsoft.Extensions.DependencyInjection;
using RateSync.Fast.DependencyInjection;
using RateSync.Fast.RateLimiting;
using RateSync.Fast.Tests.Platform.Testing;

namespace RateSync.Fast.Tests.Platform.Hosting;

/// <summary>The middleware by the limiters of the process.</summary>
[Collection(ProcessRegistry.Name)]
public sealed class ProcessDefaultMiddlewareTests : IDisposable
{
    private readonly LimiterRegistry _own = new(new LimiterRegistryOptions { AutoLoad = false });
    private readonly LimiterRegistry? _before;

    public ProcessDefaultMiddlewareTests() => _before = RateLimit.UseRegistry(_own);

    public void Dispose()
    {
        RateLimit.UseRegistry(_before);
        _own.Dispose();
    }

    [Fact]
    public async Task Names_are_those_of_the_process_which_a_host_may_be()
    {
        await using WebApplication app = await NamedMiddlewareTests.StartAsync(
            static services => services.AddRateSync(static options =>
            {
                options.UseAsProcessDefault = true;
                options.ConfigureLimiter("all", new LimiterOptions { RatePerSecond = 0.001, Burst = 2 });
                options.ConfigureLimiter("one", new LimiterOptions { RatePerSecond = 0.001, Burst = 1 });
            }),
            static (limits, _) =>
            {
                limits.GlobalLimiter = RateSyncRateLimiter.CreatePartitioned<HttpContext>(
                    "all", static context => NamedMiddlewareTests.ClientOf(context));
                limits.AddPolicy("one", static context => RateSyncPartition.GetNamedLimiter("one", NamedMiddlewareTests.ClientOf(context)));
            },
            static app =>
            {
                app.MapGet("/", static () => "hello");
                app.MapGet("/one", static () => "hello").RequireRateLimiting("one");
            });
        using HttpClient client = app.GetTestClient();
        Assert.Equal(HttpStatusCode.OK, await NamedMiddlewareTests.GetAsync(client, "a", "/one"));
        Assert.Equal(HttpStatusCode.TooManyRequests, await NamedMiddlewareTests.GetAsync(client, "a", "/one"));
        Assert.False(RateLimit.For("one", "a").TryAcquire());
        Assert.Equal(HttpStatusCode.OK, await NamedMiddlewareTests.GetAsync(client, "b"));
        Assert.Equal(HttpStatusCode.OK, await NamedMiddlewareTests.GetAsync(client, "b"));
        Assert.Equal(HttpStatusCode.TooManyRequests, await NamedMiddlewareTests.GetAsync(client, "b"));
    }

    [Fact]
    public void A_face_follows_the_registry_that_the_process_goes_by()
    {
        _own.ConfigureLimiter("api", new LimiterOptions { RatePerSecond = 0.001, Burst = 1 });
        using System.Threading.RateLimiting.PartitionedRateLimiter<string> face =
            RateSyncRateLimiter.CreatePartitioned<string>("api", static key => key);
        Assert.True(face.AttemptAcquire("a").IsAcquired);
        Assert.False(face.AttemptAcquire("a").IsAcquired);
        using LimiterRegistry other = new(new LimiterRegistryOptions { AutoLoad = false });
        other.ConfigureLimiter("api", new LimiterOptions { RatePerSecond = 0.001, Burst = 2 });
        RateLimit.UseRegistry(other);
        Assert.True(face.AttemptAcquire("a", 2).IsAcquired);
        Assert.Throws<LimiterNotFoundException>(() => RateSyncRateLimiter.CreatePartitioned<string>("apo", static key => key));
    }
}
