using System.Net;
using System.Threading.RateLimiting;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.RateLimiting;
using Microsoft.AspNetCore.TestHost;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using RateSync.Fast.DependencyInjection;
using RateSync.Fast.RateLimiting;
using RateSync.Fast.Tests.Platform.DependencyInjection;

namespace RateSync.Fast.Tests.Platform.Hosting;

/// <summary>Limiters of the host, by name, in the platform's own middleware.</summary>
public sealed class NamedMiddlewareTests : IDisposable
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(30);

    private readonly string _directory = Directory.CreateTempSubdirectory("ratesync-").FullName;

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Fact]
    public async Task Each_client_has_the_limits_of_a_name_and_is_told_when_to_come_back()
    {
        await using WebApplication app = await StartAsync(
            Limits(("hello", new LimiterOptions { Algorithm = LimiterAlgorithm.SlidingWindow, Limit = 2, Window = TimeSpan.FromHours(1) })),
            PerClient("hello"));
        using HttpClient client = app.GetTestClient();
        Assert.Equal(HttpStatusCode.OK, await GetAsync(client, "a"));
        Assert.Equal(HttpStatusCode.OK, await GetAsync(client, "a"));
        using HttpResponseMessage refused = await SendAsync(client, "a");
        Assert.Equal(HttpStatusCode.TooManyRequests, refused.StatusCode);
        Assert.InRange(refused.Headers.RetryAfter!.Delta!.Value, TimeSpan.FromMinutes(30), TimeSpan.FromHours(2));
        Assert.Equal(HttpStatusCode.OK, await GetAsync(client, "b"));
        LimiterRegistry registry = app.Services.GetRequiredService<LimiterRegistry>();
        Assert.Equal(0, registry.For("hello", "a").Peek().Remaining);
        Assert.Equal(1, registry.For("hello", "b").Peek().Remaining);
    }

    [Fact]
    public async Task A_policy_for_each_endpoint_goes_by_a_name_of_its_own()
    {
        await using WebApplication app = await StartAsync(
            Limits(
                ("read", new LimiterOptions { RatePerSecond = 0.001, Burst = 2 }),
                ("write", new LimiterOptions { RatePerSecond = 0.001, Burst = 1 })),
            (limits, _) =>
            {
                limits.AddPolicy("read", static context => RateSyncPartition.GetNamedLimiter("read", ClientOf(context), RegistryOf(context)));
                limits.AddPolicy("write", static context => RateSyncPartition.GetNamedLimiter("write", ClientOf(context), RegistryOf(context)));
            },
            static app =>
            {
                app.MapGet("/", static () => "read").RequireRateLimiting("read");
                app.MapGet("/write", static () => "written").RequireRateLimiting("write");
            });
        using HttpClient client = app.GetTestClient();
        Assert.Equal(HttpStatusCode.OK, await GetAsync(client, "a", "/write"));
        Assert.Equal(HttpStatusCode.TooManyRequests, await GetAsync(client, "a", "/write"));
        Assert.Equal(HttpStatusCode.OK, await GetAsync(client, "a"));
        Assert.Equal(HttpStatusCode.OK, await GetAsync(client, "a"));
        Assert.Equal(HttpStatusCode.TooManyRequests, await GetAsync(client, "a"));
        Assert.Equal(HttpStatusCode.OK, await GetAsync(client, "b", "/write"));
    }

    [Fact]
    public async Task Slots_come_back_with_each_request_however_it_ends()
    {
        await using WebApplication app = await StartAsync(
            Limits(("hello", new LimiterOptions { MaxConcurrent = 1 })),
            PerClient("hello"),
            static app => app.MapGet("/", static (HttpContext context) =>
                context.Request.Headers.ContainsKey("X-Fail") ? throw new InvalidOperationException("no") : "yes"));
        using HttpClient client = app.GetTestClient();
        LimiterRegistry registry = app.Services.GetRequiredService<LimiterRegistry>();
        for (int i = 0; i < 3; i++)
        {
            Assert.Equal(HttpStatusCode.OK, await GetAsync(client, "a"));
            await Assert.ThrowsAsync<InvalidOperationException>(() => GetAsync(client, "a", fail: true));
            Assert.Equal(1, registry.For("hello", "a").Peek().Remaining);
        }
    }

    [Fact]
    public async Task A_section_that_changes_changes_the_next_answer()
    {
        Settings settings = new(("RateSync:Limiters:hello:RatePerSecond", "0.001"), ("RateSync:Limiters:hello:Burst", "1"));
        await using WebApplication app = await StartAsync(services => services.AddRateSync(settings.Root), PerClient("hello"));
        using HttpClient client = app.GetTestClient();
        Assert.Equal(HttpStatusCode.OK, await GetAsync(client, "a"));
        Assert.Equal(HttpStatusCode.TooManyRequests, await GetAsync(client, "a"));
        settings.Change(("RateSync:Limiters:hello:RatePerSecond", "0.001"), ("RateSync:Limiters:hello:Burst", "3"));
        Assert.Equal(HttpStatusCode.OK, await GetAsync(client, "a"));
        Assert.Equal(HttpStatusCode.OK, await GetAsync(client, "a"));
        Assert.Equal(HttpStatusCode.TooManyRequests, await GetAsync(client, "a"));
    }

    [Fact]
    public async Task A_file_that_changes_under_load_changes_the_answers_and_never_grants_more()
    {
        string file = Path.Combine(_directory, "limits.toml");
        await File.WriteAllTextAsync(file, Window(20));
        await using WebApplication app = await StartAsync(
            services => services.AddRateSync(options =>
            {
                options.ConfigurationPath = file;
                options.WatchInterval = TimeSpan.FromMilliseconds(10);
            }),
            PerClient("hello"));
        TaskCompletionSource reloaded = new(TaskCreationOptions.RunContinuationsAsynchronously);
        app.Services.GetRequiredService<LimiterRegistry>().Reloaded += (_, e) =>
        {
            Assert.True(e.Succeeded);
            reloaded.TrySetResult();
        };
        using HttpClient client = app.GetTestClient();
        int granted = 0;
        Task[] clients = [.. Enumerable.Range(0, 4).Select(async _ =>
        {
            // Each goes on for a while after the change.
            for (int after = 0; after < 40; after += reloaded.Task.IsCompleted ? 1 : 0)
            {
                if (await GetAsync(client, "a") == HttpStatusCode.OK)
                {
                    Interlocked.Increment(ref granted);
                }
            }
        })];
        Assert.True(SpinWait.SpinUntil(() => Volatile.Read(ref granted) >= 20, s_patience));
        await File.WriteAllTextAsync(file + ".new", Window(50));
        File.Move(file + ".new", file, overwrite: true);
        await reloaded.Task.WaitAsync(s_patience);
        await Task.WhenAll(clients).WaitAsync(s_patience);
        Assert.Equal(50, granted);

        static string Window(int limit) => $"[limiters.hello]\nalgorithm = \"sliding_window\"\nlimit = {limit}\nwindow_seconds = 3600\n";
    }

    [Fact]
    public async Task Requests_wait_in_the_line_of_their_client_and_may_leave_it()
    {
        TaskCompletionSource work = new(TaskCreationOptions.RunContinuationsAsynchronously);
        int inside = 0;
        await using WebApplication app = await StartAsync(
            Limits(("hello", new LimiterOptions { MaxConcurrent = 1, Timeout = TimeSpan.FromMinutes(10), QueueLimit = 1 })),
            PerClient("hello"),
            app => app.MapGet("/", async () =>
            {
                Interlocked.Increment(ref inside);
                await work.Task;
            }));
        using HttpClient client = app.GetTestClient();
        LimiterClone line = app.Services.GetRequiredService<LimiterRegistry>().For("hello", "a");
        Task<HttpStatusCode> first = GetAsync(client, "a");
        Until(() => Volatile.Read(ref inside) == 1);
        using CancellationTokenSource gone = new();
        Task<HttpStatusCode> second = GetAsync(client, "a", cancellationToken: gone.Token);
        Until(() => line.Peek().Waiting == 1);
        Assert.Equal(HttpStatusCode.TooManyRequests, await GetAsync(client, "a").WaitAsync(s_patience));
        await gone.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => second.WaitAsync(s_patience));
        Until(() => line.Peek().Waiting == 0);
        Task<HttpStatusCode> third = GetAsync(client, "a");
        Until(() => line.Peek().Waiting == 1);
        Assert.Equal(1, Volatile.Read(ref inside));
        work.SetResult();
        Assert.Equal(HttpStatusCode.OK, await first.WaitAsync(s_patience));
        Assert.Equal(HttpStatusCode.OK, await third.WaitAsync(s_patience));
        Until(() => line.Peek().Remaining == 1);
    }

    [Fact]
    public async Task A_name_that_there_is_not_ends_the_start()
    {
        LimiterNotFoundException missing = await Assert.ThrowsAsync<LimiterNotFoundException>(() => StartAsync(
            Limits(("hello", new LimiterOptions { MaxConcurrent = 1 })), PerClient("helo")));
        Assert.Equal("hello", missing.Nearest);
    }

    internal static async Task<WebApplication> StartAsync(
        Action<IServiceCollection> addRateSync, Action<RateLimiterOptions, LimiterRegistry> configure, Action<WebApplication>? map = null)
    {
        WebApplicationBuilder builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseTestServer();
        builder.Services.AddRouting();
        builder.Services.Configure<RateSyncOptions>(static options => options.AutoLoad = false);
        addRateSync(builder.Services);
        builder.Services.AddRateLimiter(static options =>
        {
            options.RejectionStatusCode = StatusCodes.Status429TooManyRequests;
            options.OnRejected = static (context, _) =>
            {
                if (context.Lease.TryGetMetadata(RateSyncMetadataName.RetryAfterSeconds, out int seconds))
                {
                    context.HttpContext.Response.Headers.RetryAfter = seconds.ToString(System.Globalization.CultureInfo.InvariantCulture);
                }

                return default;
            };
        });
        builder.Services.AddOptions<RateLimiterOptions>().Configure(configure);
        WebApplication app = builder.Build();
        app.UseRouting();
        app.UseRateLimiter();
        (map ?? (static app => app.MapGet("/", static () => "hello")))(app);
        await app.StartAsync();
        return app;
    }

    internal static string ClientOf(HttpContext context) => context.Request.Headers["X-Client"].ToString();

    internal static async Task<HttpStatusCode> GetAsync(
        HttpClient client, string name, string path = "/", bool fail = false, CancellationToken cancellationToken = default)
    {
        using HttpResponseMessage response = await SendAsync(client, name, path, fail, cancellationToken);
        return response.StatusCode;
    }

    private static async Task<HttpResponseMessage> SendAsync(
        HttpClient client, string name, string path = "/", bool fail = false, CancellationToken cancellationToken = default)
    {
        using HttpRequestMessage request = new(HttpMethod.Get, new Uri(path, UriKind.Relative));
        request.Headers.Add("X-Client", name);
        if (fail)
        {
            request.Headers.Add("X-Fail", "1");
        }

        return await client.SendAsync(request, cancellationToken);
    }

    private static Action<IServiceCollection> Limits(params (string Id, LimiterOptions Options)[] limiters) =>
        services => services.AddRateSync(options =>
        {
            foreach ((string id, LimiterOptions limiter) in limiters)
            {
                options.ConfigureLimiter(id, limiter);
            }
        });

    private static Action<RateLimiterOptions, LimiterRegistry> PerClient(string id) => (limits, registry) =>
        limits.GlobalLimiter = registry.AsPartitionedRateLimiter<HttpContext>(id, static context => ClientOf(context));

    private static LimiterRegistry RegistryOf(HttpContext context) => context.RequestServices.GetRequiredService<LimiterRegistry>();

    private static void Until(Func<bool> condition) => Assert.True(SpinWait.SpinUntil(condition, s_patience));
}
