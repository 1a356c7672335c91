using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using RateSync.Fast.Testing;

namespace RateSync.Fast.Tests.Platform.DependencyInjection;

/// <summary>Names that an application uses do not go away under it.</summary>
public sealed class RequiredWhileRunningTests : IDisposable
{
    private const string Rate = "RateSync:Limiters:sms:RatePerSecond";

    private readonly string _file = Path.Combine(Directory.CreateTempSubdirectory("ratesync-").FullName, "limits.toml");
    private readonly ManualTimeProvider _clock = new();

    public void Dispose() => Directory.Delete(Path.GetDirectoryName(_file)!, recursive: true);

    [Fact]
    public async Task A_file_that_renames_a_required_limiter_is_refused_as_a_whole()
    {
        File.WriteAllText(_file, "[limiters.sms]\nrate_per_second = 1\nburst = 5\n\n[limiters.mail]\nmax_concurrent = 1\n");
        using LogLines log = new();
        using IHost host = TestHost.Host(
            builder => builder.Services.AddSingleton<TimeProvider>(_clock)
                .AddRateSync(options => options.RequireLimiters("sms").ConfigurationPath = _file),
            log);
        await host.StartAsync();
        LimiterRegistry registry = host.Services.GetRequiredService<LimiterRegistry>();
        Change("[limiters.sms2]\nrate_per_second = 1\nburst = 9\n\n[limiters.mail]\nmax_concurrent = 7\n");
        Assert.Equal((5, 1), (registry.GetLimiter("sms").Limit, registry.GetLimiter("mail").Limit));
        Assert.False(registry.TryGetLimiter("sms2", out _));
        LogEntry problem = Assert.Single(log.At(LogLevel.Error), static entry => entry.Event.Id == 3);
        Assert.Equal((_file, "limiters.sms"), (problem.Values["File"], problem.Values["Key"]));
        Assert.Contains("'sms' is required", problem.Text, StringComparison.Ordinal);
        Assert.Contains("'sms2'", problem.Text, StringComparison.Ordinal);

        // What nobody requires may go, and that is worth a warning.
        Change("[limiters.sms]\nrate_per_second = 1\nburst = 6\n\n[limiters.post]\nmax_concurrent = 7\n");
        Assert.Equal(6, registry.GetLimiter("sms").Limit);
        LogEntry applied = Assert.Single(log.At(LogLevel.Information), static entry => entry.Event.Id == 1);
        Assert.Equal(("sms", "post"), (applied.Values["Changed"], applied.Values["Added"]));
        Assert.Equal("mail", Assert.Single(log.At(LogLevel.Warning)).Values["Removed"]);
        Assert.Throws<LimiterNotFoundException>(() => registry.TryAcquire("mail"));
        await host.StopAsync();
    }

    [Fact]
    public async Task A_section_that_renames_a_required_limiter_is_refused_as_a_whole()
    {
        Settings settings = new((Rate, "1"), ("RateSync:Limiters:sms:Burst", "5"));
        using LogLines log = new();
        using IHost host = TestHost.Host(
            builder => builder.Services.AddRateSync(settings.Root, static options => options.RequireLimiters("sms")), log);
        await host.StartAsync();
        LimiterRegistry registry = host.Services.GetRequiredService<LimiterRegistry>();
        settings.Change(("RateSync:Limiters:sms-api:RatePerSecond", "1"), ("RateSync:Limiters:mail:MaxConcurrent", "1"));
        Assert.Equal(5, registry.GetLimiter("sms").Limit);
        Assert.Equal(["sms"], registry.ListLimiters().Keys);
        LogEntry problem = Assert.Single(log.At(LogLevel.Error), static entry => entry.Event.Id == 3);
        Assert.Equal("RateSync:Limiters:sms", problem.Values["Key"]);
        Assert.Contains("'sms' is required", problem.Text, StringComparison.Ordinal);
        Assert.Contains("'sms-api'", problem.Text, StringComparison.Ordinal);
        await host.StopAsync();
    }

    [Fact]
    public async Task What_a_file_says_no_more_may_stay_by_a_section()
    {
        File.WriteAllText(_file, "[limiters.sms]\nmax_concurrent = 1\n");
        Settings settings = new(("RateSync:Limiters:sms:MaxConcurrent", "3"));
        using LogLines log = new();
        using IHost host = TestHost.Host(
            builder => builder.Services.AddSingleton<TimeProvider>(_clock)
                .AddRateSync(settings.Root, options => options.RequireLimiters("sms").ConfigurationPath = _file),
            log);
        await host.StartAsync();
        Change("[limiters.other]\nmax_concurrent = 1\n");
        Assert.Equal(3, host.Services.GetRequiredService<LimiterRegistry>().GetLimiter("sms").Limit);
        Assert.Empty(log.At(LogLevel.Error));
        await host.StopAsync();
    }

    [Fact]
    public void A_registry_requires_all_of_some_names_or_none()
    {
        using LimiterRegistry registry = new(new LimiterRegistryOptions { AutoLoad = false });
        registry.Apply(RateSyncConfiguration.Parse("[limiters.sms]\nmax_concurrent = 1\n"), "here");
        ConfigurationException missing = Assert.Throws<ConfigurationException>(() => registry.RequireLimiters("sms", "smz"));
        Assert.Equal("limiters.smz", Assert.Single(missing.Problems).Key);
        Assert.Throws<ArgumentException>(() => registry.RequireLimiters("sms", ""));
        RateSyncConfiguration other = RateSyncConfiguration.Parse("[limiters.unlike]\nmax_concurrent = 1\n");
        registry.Apply(other, "there");
        registry.RequireLimiters("sms");
        ConfigurationException refused = Assert.Throws<ConfigurationException>(() => registry.Apply(other, "here"));
        Assert.DoesNotContain("nearest", refused.Message, StringComparison.Ordinal);
        Assert.True(registry.TryAcquire("sms"));

        // Code keeps what the file gives up.
        registry.ConfigureLimiter("sms", new LimiterOptions { MaxConcurrent = 2 });
        registry.Apply(other, "here");
        Assert.True(registry.TryAcquire("sms"));
    }

    /// <summary>A changed file is read at the second look.</summary>
    private void Change(string text)
    {
        File.WriteAllText(_file, text);
        _clock.Advance(TimeSpan.FromSeconds(0.5));
        _clock.Advance(TimeSpan.FromSeconds(0.5));
    }
}
