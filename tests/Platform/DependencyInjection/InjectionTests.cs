using Microsoft.Extensions.DependencyInjection;
using RateSync.Fast.DependencyInjection;
using RateSync.Fast.Testing;

namespace RateSync.Fast.Tests.Platform.DependencyInjection;

/// <summary>Limiters by name, as constructors take them.</summary>
public sealed class InjectionTests
{
    [Fact]
    public void A_constructor_takes_limiters_by_their_names()
    {
        using ServiceProvider container = TestHost.Container(static services => services.AddTransient<Client>().AddRateSync(TwoLimiters));
        Client client = container.GetRequiredService<Client>();
        Assert.Equal("api", client.Api.Id);
        Assert.Equal("mail", client.Mail.Id);
        Assert.Same(container.GetRequiredService<LimiterRegistry>().GetLimiter("api"), client.Api);
        Assert.Equal(5, client.Api.Limit);
    }

    [Fact]
    public void The_end_of_a_scope_is_not_the_end_of_a_limiter()
    {
        using ServiceProvider container = TestHost.Container(static services => services.AddScoped<Client>().AddRateSync(TwoLimiters));
        Limiter api;
        using (IServiceScope scope = container.CreateScope())
        {
            api = scope.ServiceProvider.GetRequiredService<Client>().Api;
            Assert.True(api.TryAcquire());
        }

        Assert.True(api.TryAcquire());
        Assert.Same(api, container.GetRequiredKeyedService<Limiter>("api"));
    }

    [Fact]
    public void A_name_that_there_is_not_is_an_error_that_knows_the_nearest()
    {
        using ServiceProvider container = TestHost.Container(static services => services.AddRateSync(TwoLimiters));
        LimiterNotFoundException missing = Assert.Throws<LimiterNotFoundException>(() => container.GetRequiredKeyedService<Limiter>("apu"));
        Assert.Equal("api", missing.Nearest);
        Assert.Contains("Did you mean 'api'?", missing.Message, StringComparison.Ordinal);
        Assert.Throws<LimiterNotFoundException>(() => container.GetKeyedService<Limiter>("apu"));
    }

    [Fact]
    public void A_name_is_a_string()
    {
        using ServiceProvider container = TestHost.Container(static services => services.AddRateSync(TwoLimiters));
        InvalidOperationException wrong = Assert.Throws<InvalidOperationException>(() => container.GetRequiredKeyedService<Limiter>(7));
        Assert.Contains("'7'", wrong.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_limiter_that_comes_later_is_found()
    {
        using ServiceProvider container = TestHost.Container(static services => services.AddRateSync(TwoLimiters));
        Assert.Throws<LimiterNotFoundException>(() => container.GetRequiredKeyedService<Limiter>("late"));
        container.GetRequiredService<LimiterRegistry>().ConfigureLimiter("late", new LimiterOptions { RatePerSecond = 1, Burst = 2 });
        Assert.Equal(2, container.GetRequiredKeyedService<Limiter>("late").Limit);
    }

    [Fact]
    public void A_limiter_of_the_applications_own_under_a_name_goes_first()
    {
        using TokenBucket own = new(1, 1);
        using ServiceProvider container = TestHost.Container(
            services => services.AddKeyedSingleton<Limiter>("own", own).AddRateSync(TwoLimiters));
        Assert.Same(own, container.GetRequiredKeyedService<Limiter>("own"));
        Assert.Equal("mail", container.GetRequiredKeyedService<Limiter>("mail").Id);
    }

    [Fact]
    public void Adding_twice_adds_once()
    {
        Settings settings = new(("RateSync:Limiters:web:RatePerSecond", "3"), ("RateSync:Limiters:web:Burst", "3"));
        ServiceCollection once = new();
        once.AddRateSync(settings.Root);
        int count = once.Count;
        once.AddRateSync();
        once.AddRateSync(settings.Root.GetSection("ratesync"));
        Assert.Equal(count, once.Count);
        using ServiceProvider container = TestHost.Container(services => services
            .AddRateSync(TwoLimiters).AddRateSync().AddRateSync(settings.Root).AddRateSync(settings.Root.GetSection("RateSync")));
        LimiterRegistry registry = Assert.Single(container.GetServices<LimiterRegistry>());
        Assert.Equal(["api", "mail", "web"], registry.ListLimiters().Keys.Order());
    }

    [Fact]
    public void The_clock_comes_from_the_container()
    {
        ManualTimeProvider clock = new();
        using ServiceProvider container = TestHost.Container(
            services => services.AddSingleton<TimeProvider>(clock).AddRateSync(TwoLimiters));
        Limiter api = container.GetRequiredKeyedService<Limiter>("api");
        Assert.True(api.TryAcquire(5));
        Assert.False(api.TryAcquire());
        clock.Advance(TimeSpan.FromSeconds(0.2));
        Assert.True(api.TryAcquire());
        Assert.False(api.TryAcquire());
    }

    private static void TwoLimiters(RateSyncOptions options) => options
        .ConfigureLimiter("api", new LimiterOptions { RatePerSecond = 5, Burst = 5 })
        .ConfigureLimiter("mail", new LimiterOptions { MaxConcurrent = 2 });

    private sealed class Client([FromKeyedServices("api")] Limiter api, [FromKeyedServices("mail")] Limiter mail)
    {
        public Limiter Api { get; } = api;

        public Limiter Mail { get; } = mail;
    }
}
