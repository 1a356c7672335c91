using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using RateSync.Fast.DependencyInjection;

namespace RateSync.Fast.Tests.Platform.DependencyInjection;

/// <summary>Limiters that are configured by code, as options change.</summary>
public sealed class OptionsTests : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("ratesync-").FullName;

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Fact]
    public void Limiters_may_refer_to_each_other_in_any_order()
    {
        using ServiceProvider container = TestHost.Container(static services => services.AddRateSync(static options => options
            .ConfigureLimiter("all", new LimiterOptions { Limiters = ["a", "b"] })
            .ConfigureLimiter("a", new LimiterOptions { MaxConcurrent = 1, Store = "near" })
            .ConfigureLimiter("b", new LimiterOptions { MaxConcurrent = 1 })
            .ConfigureStore("near", new MemoryStoreOptions())));
        Assert.True(container.GetRequiredKeyedService<Limiter>("all").TryAcquire());
        Assert.False(container.GetRequiredKeyedService<Limiter>("a").TryAcquire());
    }

    [Fact]
    public void Code_may_refer_to_a_section_and_a_section_to_code()
    {
        Settings settings = new(
            ("RateSync:Limiters:web:MaxConcurrent", "1"),
            ("RateSync:Limiters:both:Limiters:0", "web"),
            ("RateSync:Limiters:both:Limiters:1", "own"));
        using ServiceProvider container = TestHost.Container(services => services.AddRateSync(settings.Root, static options => options
            .ConfigureLimiter("all", new LimiterOptions { Limiters = ["own", "both"] })
            .ConfigureLimiter("own", new LimiterOptions { MaxConcurrent = 2 })));
        Assert.Equal(["all", "both", "own", "web"], container.GetRequiredService<LimiterRegistry>().ListLimiters().Keys.Order());
    }

    [Fact]
    public void A_change_of_the_options_is_applied()
    {
        Settings settings = new(("Limits:Number", "1"));
        using LogLines log = new();
        using ServiceProvider container = Container(settings, log);
        Limiter api = container.GetRequiredKeyedService<Limiter>("api");
        Assert.True(api.TryAcquire());
        Assert.False(api.TryAcquire());
        settings.Change(("Limits:Number", "2"));
        Assert.True(api.TryAcquire());
        Assert.Equal(2, container.GetRequiredKeyedService<Limiter>("api-2").Limit);
        LogEntry applied = Assert.Single(log.Ours);
        Assert.Equal(("api, other", "api-2"), (applied.Values["Changed"], applied.Values["Added"]));
        Assert.Equal("options", applied.Values["Source"]);

        // The same once more.
        settings.Change(("Limits:Number", "2"));
        Assert.Single(log.Ours);
    }

    [Fact]
    public void A_bad_change_of_the_options_leaves_limiters_as_they_were()
    {
        Settings settings = new(("Limits:Number", "5"));
        using LogLines log = new();
        using ServiceProvider container = Container(settings, log);
        LimiterRegistry registry = container.GetRequiredService<LimiterRegistry>();
        settings.Change(("Limits:Number", "0"));
        Assert.Equal(5, registry.GetConfig("api").MaxConcurrent);
        Assert.Equal(6, registry.GetConfig("other").RatePerSecond);
        Assert.Contains(
            log.At(LogLevel.Error), static entry => Equals(entry.Values.GetValueOrDefault("Key"), "limiters.api.max_concurrent"));
        settings.Change(("Limits:Number", "6"));
        Assert.Equal(6, registry.GetConfig("api").MaxConcurrent);
        Assert.Equal(7, registry.GetConfig("other").RatePerSecond);
    }

    [Fact]
    public void A_file_that_is_named_later_is_read()
    {
        string file = Path.Combine(_directory, "limits.toml");
        File.WriteAllText(file, "[limiters.filed]\nmax_concurrent = 4\n");
        Settings settings = new(("Limits:Number", "1"));
        using LogLines log = new();
        using ServiceProvider container = Container(settings, log);
        LimiterRegistry registry = container.GetRequiredService<LimiterRegistry>();
        settings.Change(("Limits:Number", "1"), ("Limits:File", file + ".not"));
        Assert.Equal(2, log.At(LogLevel.Error).Count);
        settings.Change(("Limits:Number", "1"), ("Limits:File", file));
        Assert.Equal(4, registry.GetConfig("filed").MaxConcurrent);
        Assert.Equal("filed", Assert.Single(log.At(LogLevel.Information)).Values["Added"]);
    }

    private static ServiceProvider Container(Settings settings, LogLines log) => TestHost.Container(
        services => services
            .AddSingleton<IOptionsChangeTokenSource<RateSyncOptions>>(
                new ConfigurationChangeTokenSource<RateSyncOptions>(settings.Root))
            .AddRateSync(options =>
            {
                int number = int.Parse(settings.Root["Limits:Number"]!, System.Globalization.CultureInfo.InvariantCulture);
                options.ConfigurationPath = settings.Root["Limits:File"];
                options.ConfigureLimiter("other", new LimiterOptions { RatePerSecond = number + 1 });
                options.ConfigureLimiter("api", new LimiterOptions { MaxConcurrent = number });
                options.ConfigureLimiter($"api-{number}", new LimiterOptions { MaxConcurrent = Math.Max(number, 1) });
            }),
        log);
}
