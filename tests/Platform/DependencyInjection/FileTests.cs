using System.Diagnostics.Metrics;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using RateSync.Fast.Testing;

namespace RateSync.Fast.Tests.Platform.DependencyInjection;

/// <summary>Real files, changed while a host runs.</summary>
public sealed class FileTests : IDisposable
{
    /// <summary>Only so that a change that is never noticed fails instead of hanging.</summary>
    private static readonly TimeSpan s_atMost = TimeSpan.FromMinutes(2);

    private readonly string _directory = Directory.CreateTempSubdirectory("ratesync-").FullName;

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Fact]
    public async Task Settings_in_json_are_applied_as_they_change()
    {
        string file = Path.Combine(_directory, "appsettings.json");
        Write(file, """{ "RateSync": { "Limiters": { "api": { "RatePerSecond": 100, "Burst": 5, "Priorities": { "Low": 0.5 } } } } }""");
        using LogLines log = new();
        using IHost host = TestHost.Host(
            builder =>
            {
                builder.Configuration.AddJsonFile("appsettings.json", optional: false, reloadOnChange: true);
                builder.Services.AddRateSync(builder.Configuration);
            },
            log,
            _directory);
        await host.StartAsync();
        LimiterRegistry registry = host.Services.GetRequiredService<LimiterRegistry>();
        Assert.Equal(5, registry.GetConfig("api").Burst);
        Assert.Equal(0.5, registry.GetConfig("api").Priorities![Priority.Low]);

        Task<LogEntry> rejected = log.WaitFor(static entry => entry.Event.Id == 3);
        Write(file, """{ "RateSync": { "Limiters": { "api": { "RatePerSecond": 100, "Burst": "lots" } } } }""");
        LogEntry problem = await rejected.WaitAsync(s_atMost);
        Assert.Equal("RateSync:Limiters:api:Burst", problem.Values["Key"]);
        Assert.Equal(5, registry.GetConfig("api").Burst);

        Task<LogEntry> applied = log.WaitFor(static entry => entry.Event.Id == 1);
        Write(file, """{ "RateSync": { "Limiters": { "api": { "RatePerSecond": 100, "Burst": 6 }, "web": { "MaxConcurrent": 1 } } } }""");
        LogEntry now = await applied.WaitAsync(s_atMost);
        Assert.Equal(("api", "web"), (now.Values["Changed"], now.Values["Added"]));
        Assert.Equal(6, registry.GetLimiter("api").Limit);
        await host.StopAsync();
    }

    [Fact]
    public void What_became_of_a_changed_file_is_logged()
    {
        string file = Path.Combine(_directory, "limits.toml");
        File.WriteAllText(file, "[limiters.api]\nmax_concurrent = 1\n");
        ManualTimeProvider clock = new();
        using LogLines log = new();
        using ServiceProvider container = TestHost.Container(
            services => services.AddSingleton<TimeProvider>(clock).AddRateSync(options => options.ConfigurationPath = file), log);
        Limiter api = container.GetRequiredKeyedService<Limiter>("api");
        Change(clock, file, "[limiters.api]\nmax_concurrent = 2\n\n[limiters.more]\nmax_concurrent = 1\n");
        LogEntry applied = Assert.Single(log.Ours);
        Assert.Equal((LogLevel.Information, file), (applied.Level, applied.Values["Source"]));
        Assert.Equal(("api", "more"), (applied.Values["Changed"], applied.Values["Added"]));
        Assert.Equal(2, api.Limit);

        Change(clock, file, "[limiters.api]\nmax_concurrent = 0\n\n[limiters.more]\n  max_konkurrent = 1\n");
        LogEntry[] problems = [.. log.At(LogLevel.Error).Where(static entry => entry.Event.Id == 3)];
        Assert.Contains(problems, entry => IsAt(entry, file, 2, "limiters.api.max_concurrent"));
        Assert.Contains(problems, entry => IsAt(entry, file, 5, "limiters.more.max_konkurrent"));
        Assert.All(problems, static entry => Assert.True((int)entry.Values["Column"]! > 0));
        Assert.Equal(2, api.Limit);
    }

    [Fact]
    public void A_handler_that_throws_is_logged()
    {
        string file = Path.Combine(_directory, "limits.toml");
        File.WriteAllText(file, "[limiters.api]\nmax_concurrent = 1\n");
        ManualTimeProvider clock = new();
        using LogLines log = new();
        using ServiceProvider container = TestHost.Container(
            services => services.AddSingleton<TimeProvider>(clock).AddRateSync(options => options.ConfigurationPath = file), log);
        LimiterRegistry registry = container.GetRequiredService<LimiterRegistry>();
        registry.Reloaded += static (_, _) => throw new InvalidOperationException("handler");
        Assert.True(registry.TryAcquire("api"));
        Change(clock, file, "[limiters.api]\nmax_concurrent = 2\n");
        LogEntry failed = Assert.Single(log.At(LogLevel.Error));
        Assert.Equal(6, failed.Event.Id);
        Assert.Contains(log.At(LogLevel.Information), static entry => entry.Event.Id == 1);
    }

    [Fact]
    public void A_section_wins_against_a_file_also_after_the_file_has_changed()
    {
        string file = Path.Combine(_directory, "limits.toml");
        File.WriteAllText(file, "[limiters.api]\nmax_concurrent = 1\n\n[limiters.filed]\nmax_concurrent = 1\n");
        ManualTimeProvider clock = new();
        Settings settings = new(("RateSync:Limiters:api:MaxConcurrent", "7"), ("RateSync:Limiters:both:Limiters:0", "filed"));
        using LogLines log = new();
        using ServiceProvider container = TestHost.Container(
            services => services.AddSingleton<TimeProvider>(clock).AddRateSync(settings.Root, options => options.ConfigurationPath = file),
            log);
        LimiterRegistry registry = container.GetRequiredService<LimiterRegistry>();
        Assert.Equal(7, registry.GetLimiter("api").Limit);
        Change(clock, file, "[limiters.api]\nmax_concurrent = 22\n\n[limiters.filed]\nmax_concurrent = 3\n");
        Assert.Equal(7, registry.GetLimiter("api").Limit);
        Assert.Equal(3, registry.GetLimiter("filed").Limit);
        Assert.Empty(log.At(LogLevel.Error));
    }

    [Fact]
    public void Meters_are_the_containers()
    {
        List<string?> published = [];
        using ServiceProvider container = TestHost.Container(static services => services.AddMetrics().AddRateSync());
        IMeterFactory factory = container.GetRequiredService<IMeterFactory>();
        using MeterListener listener = new()
        {
            InstrumentPublished = (instrument, _) =>
            {
                if (ReferenceEquals(instrument.Meter.Scope, factory))
                {
                    published.Add(instrument.Meter.Name);
                }
            },
        };
        listener.Start();
        container.GetRequiredService<LimiterRegistry>().ConfigureLimiter("api", new LimiterOptions { MaxConcurrent = 1 });
        Assert.Contains("RateSync.Fast", published);
    }

    private static bool IsAt(LogEntry entry, string file, int line, string key) =>
        Equals(entry.Values["File"], file) && Equals(entry.Values["Line"], line) && Equals(entry.Values["Key"], key);

    /// <summary>As editors do it: the file is never seen half written.</summary>
    private static void Write(string file, string text)
    {
        File.WriteAllText(file + ".new", text);
        File.Move(file + ".new", file, overwrite: true);
    }

    /// <summary>A changed file is read at the second look.</summary>
    private static void Change(ManualTimeProvider clock, string file, string text)
    {
        File.WriteAllText(file, text);
        clock.Advance(TimeSpan.FromSeconds(0.5));
        clock.Advance(TimeSpan.FromSeconds(0.5));
    }
}
