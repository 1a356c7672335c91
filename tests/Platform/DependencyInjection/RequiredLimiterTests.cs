using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using RateSync.Fast.DependencyInjection;

namespace RateSync.Fast.Tests.Platform.DependencyInjection;

/// <summary>Names that an application uses, looked for before it runs.</summary>
public sealed class RequiredLimiterTests
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Names_that_there_are_not_end_the_start_all_at_once_each_with_the_nearest(bool initialize)
    {
        using LogLines log = new();
        using IHost host = TestHost.Host(
            builder => builder.Services.AddRateSync(new Settings(("RateSync:Limiters:payments:RatePerSecond", "5")).Root, options =>
            {
                options.InitializeOnStart = initialize;
                options.ConfigureLimiter("mail", new LimiterOptions { MaxConcurrent = 1 });
                options.RequireLimiters("payments", "paymets", "mail").RequireLimiters("mial");
            }),
            log);
        ConfigurationException missing = await Assert.ThrowsAsync<ConfigurationException>(() => host.StartAsync());
        Assert.Equal(["limiters.mial", "limiters.paymets"], missing.Problems.Select(static problem => problem.Key));
        Assert.Contains("There is no limiter named 'paymets'. Did you mean 'payments'?", missing.Message, StringComparison.Ordinal);
        Assert.Contains("Did you mean 'mail'?", missing.Message, StringComparison.Ordinal);
        Assert.Contains(log.At(LogLevel.Error), static entry => Equals(entry.Values.GetValueOrDefault("Key"), "limiters.paymets"));

        // There is nothing before a start that could have stayed as it was.
        Assert.Contains(log.At(LogLevel.Error), static entry => entry.Text == "Rate limits of this host do not hold: 2 problem(s)");
        Assert.DoesNotContain(log.Ours, static entry => entry.Event.Id == 2);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Names_that_there_are_let_it_start(bool initialize)
    {
        using IHost host = TestHost.Host(builder => builder.Services.AddRateSync(options =>
        {
            options.InitializeOnStart = initialize;
            options.ConfigureLimiter("mail", new LimiterOptions { MaxConcurrent = 1 });
            options.RequireLimiters("mail");
        }));
        await host.StartAsync();
        await host.StopAsync();
    }

    [Fact]
    public async Task A_name_is_not_empty()
    {
        Assert.Throws<ArgumentException>(() => new RateSyncOptions().RequireLimiters("a", " "));
        using IHost host = TestHost.Host(static builder => builder.Services.AddRateSync(static options => options.RequiredLimiters.Add("")));
        await Assert.ThrowsAsync<OptionsValidationException>(() => host.StartAsync());
    }

    [Fact]
    public void A_constructor_that_names_a_limiter_wrongly_is_told_the_nearest()
    {
        using ServiceProvider container = TestHost.Container(static services => services.AddTransient<Client>().AddRateSync(
            static options => options.ConfigureLimiter("payments", new LimiterOptions { MaxConcurrent = 1 })));
        LimiterNotFoundException missing = Assert.Throws<LimiterNotFoundException>(container.GetRequiredService<Client>);
        Assert.Equal("payments", missing.Nearest);
        Assert.Contains("'paymnets'. Did you mean 'payments'?", missing.Message, StringComparison.Ordinal);
    }

    private sealed class Client([FromKeyedServices("paymnets")] Limiter limiter)
    {
        public Limiter Limiter { get; } = limiter;
    }
}
