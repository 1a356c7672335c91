using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using RateSync.Fast.Testing;

namespace RateSync.Fast.Tests.Platform.DependencyInjection;

/// <summary>Limiters from a section of the application's configuration, as it changes.</summary>
public sealed class SectionTests
{
    private const string Rate = "RateSync:Limiters:api:RatePerSecond";
    private const string Burst = "RateSync:Limiters:api:Burst";

    [Fact]
    public void A_section_says_what_a_file_would_say()
    {
        Settings settings = new(
            (Rate, "2.5"),
            (Burst, "7"),
            ("RateSync:Limiters:work:max_concurrent", "3"),
            ("RateSync:Limiters:both:Limiters:0", "api"),
            ("RateSync:Limiters:both:Limiters:1", "work"),
            ("Logging:LogLevel:Default", "Error"));
        using ServiceProvider container = TestHost.Container(services => services.AddRateSync(settings.Root.GetSection("RateSync")));
        LimiterRegistry registry = container.GetRequiredService<LimiterRegistry>();
        Assert.Equal(["api", "both", "work"], registry.ListLimiters().Keys.Order());
        Assert.Equal(2.5, registry.GetConfig("api").RatePerSecond);
        Assert.Equal(7, registry.GetConfig("api").Burst);
        Assert.Equal(3, registry.GetConfig("work").MaxConcurrent);
        Assert.Equal(["api", "work"], registry.GetConfig("both").Limiters);
    }

    [Fact]
    public void All_that_is_wrong_is_said_at_once_with_its_place()
    {
        Settings settings = new(
            (Rate, "-5"),
            ("RateSync:Limiters:mail:MaxConcurrent", "many"),
            ("RateSync:Limiters:web:RatePerSecond", "1"),
            ("RateSync:Limiters:web:Store", "nowhere"),
            ("RateSync:Limiters:empty:Burts", "1"),
            ("RateSync:Limiters:a.b:window_seconds", "never"));
        using LogLines log = new();
        using ServiceProvider container = TestHost.Container(services => services.AddRateSync(settings.Root), log);
        ConfigurationException bad = Assert.Throws<ConfigurationException>(container.GetRequiredService<LimiterRegistry>);
        string[] keys = [.. bad.Problems.Select(static problem => problem.Key)];
        Assert.Contains("RateSync:Limiters:api:RatePerSecond", keys);
        Assert.Contains("RateSync:Limiters:mail:MaxConcurrent", keys);
        Assert.Contains("RateSync:Limiters:web:Store", keys);
        Assert.Contains("RateSync:Limiters:empty:Burts", keys);
        Assert.Contains("RateSync:Limiters:a.b:window_seconds", keys);
        Assert.All(bad.Problems, static problem => Assert.Equal("Provider", problem.File));
        Assert.Equal(bad.Problems.Count, log.At(LogLevel.Error).Count(static entry => entry.Event.Id == 3));
        LogEntry rate = Assert.Single(
            log.Ours, static entry => Equals(entry.Values.GetValueOrDefault("Key"), "RateSync:Limiters:api:RatePerSecond"));
        Assert.Contains("-5", (string)rate.Values["Found"]!, StringComparison.Ordinal);
        Assert.NotEqual("", rate.Values["Expected"]);

        // No better the second time, and nothing was left behind.
        Assert.Throws<ConfigurationException>(container.GetRequiredService<LimiterRegistry>);
    }

    [Fact]
    public void A_change_is_applied_in_place_and_what_was_spent_stays_spent()
    {
        Settings settings = new((Rate, "1"), (Burst, "4"));
        using LogLines log = new();
        using ServiceProvider container = TestHost.Container(
            services => services.AddSingleton<TimeProvider>(new ManualTimeProvider()).AddRateSync(settings.Root), log);
        Limiter api = container.GetRequiredKeyedService<Limiter>("api");
        Assert.True(api.TryAcquire(3));
        settings.Change((Rate, "1"), (Burst, "6"), ("RateSync:Limiters:new:MaxConcurrent", "1"));
        Assert.Equal(6, api.Limit);
        Assert.InRange(api.GetState().Remaining, 1, 3);
        Assert.True(container.GetRequiredKeyedService<Limiter>("new").TryAcquire());
        LogEntry applied = Assert.Single(log.Ours);
        Assert.Equal(LogLevel.Information, applied.Level);
        Assert.Equal("section RateSync", applied.Values["Source"]);
        Assert.Equal(("api", "new"), (applied.Values["Changed"], applied.Values["Added"]));
        settings.Change((Rate, "1"), (Burst, "6"));
        LogEntry gone = Assert.Single(log.At(LogLevel.Warning));
        Assert.Equal(("section RateSync", "new"), (gone.Values["Source"], gone.Values["Removed"]));
        Assert.Throws<LimiterNotFoundException>(() => container.GetRequiredKeyedService<Limiter>("new"));
    }

    [Fact]
    public void A_bad_change_changes_nothing_and_is_logged_with_all_problems()
    {
        Settings settings = new((Rate, "1"), (Burst, "4"));
        using LogLines log = new();
        using ServiceProvider container = TestHost.Container(services => services.AddRateSync(settings.Root), log);
        LimiterRegistry registry = container.GetRequiredService<LimiterRegistry>();
        settings.Change((Rate, "2"), (Burst, "none"), ("RateSync:Limiters:new:MaxConcurrent", "0"));
        Assert.Equal(1, registry.GetConfig("api").RatePerSecond);
        Assert.Equal(["api"], registry.ListLimiters().Keys);
        Assert.Equal(
            ["RateSync:Limiters:api:Burst", "RateSync:Limiters:new:MaxConcurrent"],
            log.At(LogLevel.Error).Where(static entry => entry.Event.Id == 3).Select(static entry => (string)entry.Values["Key"]!));
        settings.Change((Rate, "2"), (Burst, "5"));
        Assert.Equal(2, registry.GetConfig("api").RatePerSecond);
    }

    [Fact]
    public void A_change_of_something_else_is_no_news()
    {
        Settings settings = new((Rate, "1"), (Burst, "4"));
        using LogLines log = new();
        using ServiceProvider container = TestHost.Container(services => services.AddRateSync(settings.Root), log);
        _ = container.GetRequiredService<LimiterRegistry>();
        settings.Change((Rate, "1"), (Burst, "4"), ("Logging:LogLevel:Default", "Error"));
        Assert.Empty(log.Ours);
    }

    [Fact]
    public void A_section_that_is_gone_keeps_its_limiters_and_one_that_is_emptied_does_not()
    {
        Settings settings = new((Rate, "1"), (Burst, "4"));
        using LogLines log = new();
        using ServiceProvider container = TestHost.Container(services => services.AddRateSync(settings.Root), log);
        LimiterRegistry registry = container.GetRequiredService<LimiterRegistry>();
        settings.Change();
        Assert.Equal(["api"], registry.ListLimiters().Keys);
        Assert.Contains(log.At(LogLevel.Error), static entry => entry.Text.Contains("is gone", StringComparison.Ordinal));

        // As JSON has {}.
        settings.Change(("RateSync:Limiters", null));
        Assert.Empty(registry.ListLimiters());
    }

    [Fact]
    public void A_section_that_is_not_there_is_worth_a_warning()
    {
        Settings settings = new(("RateSnyc:Limiters:api:RatePerSecond", "1"));
        using LogLines log = new();
        using ServiceProvider container = TestHost.Container(services => services.AddRateSync(settings.Root), log);
        Assert.Empty(container.GetRequiredService<LimiterRegistry>().ListLimiters());
        Assert.Equal("RateSync", Assert.Single(log.At(LogLevel.Warning)).Values["Key"]);
        settings.Change((Rate, "1"));
        Assert.Equal(["api"], container.GetRequiredService<LimiterRegistry>().ListLimiters().Keys);
    }

    [Fact]
    public void Sections_are_kept_apart()
    {
        Settings settings = new(
            ("One:Limiters:a:MaxConcurrent", "1"), ("Two:Limiters:b:MaxConcurrent", "1"), ("Two:Limiters:c:Limiters:0", "a"));
        using ServiceProvider container = TestHost.Container(services => services
            .AddRateSync(settings.Root.GetSection("One")).AddRateSync(settings.Root.GetSection("Two")));
        LimiterRegistry registry = container.GetRequiredService<LimiterRegistry>();
        Assert.Equal(["a", "b", "c"], registry.ListLimiters().Keys.Order());
        settings.Change(("One:Limiters:a:MaxConcurrent", "2"), ("Two:Limiters:b:MaxConcurrent", "3"));
        Assert.Equal(["a", "b"], registry.ListLimiters().Keys.Order());
        Assert.Equal(2, registry.GetConfig("a").MaxConcurrent);
        Assert.Equal(3, registry.GetConfig("b").MaxConcurrent);
    }

    [Fact]
    public void Code_wins_against_a_section()
    {
        Settings settings = new((Rate, "1"), (Burst, "4"));
        using ServiceProvider container = TestHost.Container(services => services.AddRateSync(
            settings.Root, static options => options.ConfigureLimiter("api", new LimiterOptions { MaxConcurrent = 9 })));
        LimiterRegistry registry = container.GetRequiredService<LimiterRegistry>();
        Assert.Equal(9, registry.GetConfig("api").MaxConcurrent);
        settings.Change((Rate, "1"), (Burst, "5"));
        Assert.Equal(9, registry.GetConfig("api").MaxConcurrent);
        Assert.Null(registry.GetConfig("api").Burst);
    }

    [Fact]
    public void Variables_are_replaced()
    {
        Settings settings = new((Rate, "${RATE}"), (Burst, "4"));
        using ServiceProvider container = TestHost.Container(services => services.AddRateSync(
            settings.Root, static options => options.Environment = static name => name == "RATE" ? "12" : null));
        Assert.Equal(12, container.GetRequiredService<LimiterRegistry>().GetConfig("api").RatePerSecond);
    }
}
