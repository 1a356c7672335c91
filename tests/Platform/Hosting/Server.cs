using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.RateLimiting;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.TestHost;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace RateSync.Fast.Tests.Platform.Hosting;

/// <summary>A server in memory with the platform's rate limiting middleware.</summary>
internal static class Server
{
    /// <summary>Starts one whose endpoint / has the policy "api".</summary>
    public static Task<IHost> StartAsync(Action<RateLimiterOptions> configure, RequestDelegate? endpoint = null) => new HostBuilder()
        .ConfigureWebHost(host => host
            .UseTestServer()
            .ConfigureServices(services =>
            {
                services.AddRouting();
                services.AddRateLimiter(options =>
                {
                    options.RejectionStatusCode = StatusCodes.Status429TooManyRequests;
                    configure(options);
                });
            })
            .Configure(app => app
                .UseRouting()
                .UseRateLimiter()
                .UseEndpoints(routes => routes.MapGet("/", endpoint ?? (static _ => Task.CompletedTask)).RequireRateLimiting("api"))))
        .StartAsync();
}
