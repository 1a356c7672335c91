using Microsoft.Extensions.DependencyInjection;

namespace RateSync.Fast.Tests.Platform.DependencyInjection;

/// <summary>What ends with a container, and what does not.</summary>
public sealed class EndTests
{
    [Fact]
    public async Task The_registry_ends_with_the_container_that_made_it()
    {
        Settings settings = new(("RateSync:Limiters:api:MaxConcurrent", "1"));
        ServiceProvider container = TestHost.Container(services => services.AddRateSync(settings.Root));
        LimiterRegistry registry = container.GetRequiredService<LimiterRegistry>();
        Assert.True(registry.TryAcquire("api"));
        ValueTask<Permit> waiting = registry.AcquireAsync("api");
        await container.DisposeAsync();
        await Assert.ThrowsAsync<ObjectDisposedException>(async () => await waiting);
        Assert.Throws<ObjectDisposedException>(() => registry.GetLimiter("api"));

        // Nobody listens any more.
        settings.Change(("RateSync:Limiters:api:MaxConcurrent", "2"));
    }

    [Fact]
    public void A_registry_that_was_there_before_outlives_the_container()
    {
        using LimiterRegistry registry = new(new LimiterRegistryOptions { AutoLoad = false });
        registry.ConfigureLimiter("api", new LimiterOptions { MaxConcurrent = 3 });
        using (ServiceProvider container = TestHost.Container(services => services.AddRateSync().AddRateSync(registry).AddRateSync()))
        {
            Assert.Same(registry, container.GetRequiredService<LimiterRegistry>());
            Assert.True(container.GetRequiredKeyedService<Limiter>("api").TryAcquire());
            using IServiceScope scope = container.CreateScope();
            Assert.True(scope.ServiceProvider.GetRequiredKeyedService<Limiter>("api").TryAcquire());
        }

        Assert.True(registry.TryAcquire("api"));
        Assert.False(registry.TryAcquire("api"));
    }

    [Fact]
    public void Options_and_sections_go_into_a_registry_that_was_there_before()
    {
        Settings settings = new(("RateSync:Limiters:web:MaxConcurrent", "1"));
        using LimiterRegistry registry = new(new LimiterRegistryOptions { AutoLoad = false });
        using (ServiceProvider container = TestHost.Container(services => services.AddRateSync(registry).AddRateSync(
            settings.Root, static options => options.ConfigureLimiter("api", new LimiterOptions { MaxConcurrent = 3 }))))
        {
            Assert.Equal(3, container.GetRequiredKeyedService<Limiter>("api").Limit);
            Assert.Equal(1, container.GetRequiredKeyedService<Limiter>("web").Limit);
        }

        settings.Change(("RateSync:Limiters:web:MaxConcurrent", "2"));
        Assert.Equal(1, registry.GetConfig("web").MaxConcurrent);
    }

    [Fact]
    public void A_container_that_never_used_limiters_ends()
    {
        using ServiceProvider container = TestHost.Container(static services => services.AddRateSync());
    }
}
