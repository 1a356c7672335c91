using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace RateSync.Fast.Tests.Platform.DependencyInjection;

/// <summary>What comes out when a host starts.</summary>
public sealed class StartTests : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("ratesync-").FullName;

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Fact]
    public async Task A_bad_file_ends_the_start_with_all_that_is_wrong_before_anything_else_has_started()
    {
        File.WriteAllText(Path.Combine(_directory, "limits.toml"), """
            [stores.main]
            engine = "memory"

            [limiters.api]
            rate_per_second = -1

            [limiters.web]
            max_concurrent = "two"
            """);
        using LogLines log = new();
        Worker worker = new();
        using IHost host = TestHost.Host(
            builder =>
            {
                builder.Services.AddSingleton<IHostedService>(worker);
                builder.Services.AddRateSync(static options => options.ConfigurationPath = "limits.toml");
            },
            log,
            _directory);
        ConfigurationException bad = await Assert.ThrowsAsync<ConfigurationException>(() => host.StartAsync());
        Assert.Equal(["limiters.api.rate_per_second", "limiters.web.max_concurrent"], bad.Problems.Select(static problem => problem.Key));
        Assert.Contains("limits.toml(5,", bad.Message, StringComparison.Ordinal);
        Assert.Contains("limits.toml(8,", bad.Message, StringComparison.Ordinal);
        Assert.False(worker.HasStarted);
        LogEntry second = log.Ours[^1];
        Assert.Equal(LogLevel.Error, second.Level);
        Assert.Equal(Path.Combine(_directory, "limits.toml"), second.Values["File"]);
        Assert.Equal(8, second.Values["Line"]);
        Assert.True((int)second.Values["Column"]! > 0);
        Assert.Equal("limiters.web.max_concurrent", second.Values["Key"]);
        Assert.Contains("two", (string)second.Values["Found"]!, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_initializing_it_comes_out_at_the_first_use()
    {
        File.WriteAllText(Path.Combine(_directory, "limits.toml"), "[limiters.api]\nrate_per_second = -1\n");
        using IHost host = TestHost.Host(
            static builder => builder.Services.AddRateSync(static options =>
            {
                options.ConfigurationPath = "limits.toml";
                options.InitializeOnStart = false;
            }),
            contentRoot: _directory);
        await host.StartAsync();
        Assert.Throws<ConfigurationException>(() => host.Services.GetRequiredKeyedService<Limiter>("api"));
        await host.StopAsync();
    }

    [Fact]
    public async Task A_store_that_is_not_to_be_had_ends_the_start()
    {
        using IHost host = TestHost.Host(static builder => builder.Services.AddRateSync(new Settings(
            ("RateSync:Stores:far:Engine", "redis"),
            ("RateSync:Stores:far:Url", "redis://localhost"),
            ("RateSync:Limiters:api:Store", "far"),
            ("RateSync:Limiters:api:RatePerSecond", "1")).Root));
        await Assert.ThrowsAsync<StoreUnavailableException>(() => host.StartAsync());
    }

    [Fact]
    public async Task A_service_may_use_limiters_as_soon_as_it_is_started()
    {
        using LogLines log = new();
        using IHost host = TestHost.Host(
            static builder => builder.Services.AddHostedService<User>().AddRateSync(
                static options => options.ConfigureLimiter("api", new LimiterOptions { MaxConcurrent = 1 })),
            log);
        await host.StartAsync();
        Assert.Equal(1, Assert.Single(log.Ours).Values["Count"]);
        Assert.False(host.Services.GetRequiredService<LimiterRegistry>().TryAcquire("api"));
        await host.StopAsync();
    }

    [Fact]
    public async Task Options_that_cannot_be_end_the_start()
    {
        using IHost host = TestHost.Host(static builder => builder.Services.AddRateSync(static options =>
        {
            options.WatchInterval = TimeSpan.Zero;
            options.ConfigurationPath = " ";
            options.Limiters[""] = new LimiterOptions();
            options.Stores[" "] = new MemoryStoreOptions();
        }));
        OptionsValidationException bad = await Assert.ThrowsAsync<OptionsValidationException>(() => host.StartAsync());
        Assert.Equal(4, bad.Failures.Count());
    }

    [Fact]
    public void Sections_and_code_report_their_problems_together()
    {
        Settings settings = new(("RateSync:Limiters:api:RatePerSecond", "x"));
        using ServiceProvider container = TestHost.Container(services => services.AddRateSync(settings.Root, static options => options
            .ConfigureLimiter("bad", new LimiterOptions { RatePerSecond = -1 })
            .ConfigureLimiter("lost", new LimiterOptions { MaxConcurrent = 1, Store = "nowhere" })));
        ConfigurationException bad = Assert.Throws<ConfigurationException>(container.GetRequiredService<LimiterRegistry>);
        Assert.Contains(bad.Problems, static problem => problem.Key == "RateSync:Limiters:api:RatePerSecond");
        Assert.Contains(bad.Problems, static problem => problem.Key == "limiters.bad.rate_per_second");
        Assert.Contains(bad.Problems, static problem => problem.Key == "limiters.lost.store");
    }

    private sealed class Worker : IHostedService
    {
        public bool HasStarted { get; private set; }

        public Task StartAsync(CancellationToken cancellationToken)
        {
            HasStarted = true;
            return Task.CompletedTask;
        }

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }

    private sealed class User([FromKeyedServices("api")] Limiter api) : IHostedService
    {
        public Task StartAsync(CancellationToken cancellationToken)
        {
            Assert.True(api.TryAcquire());
            return Task.CompletedTask;
        }

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
