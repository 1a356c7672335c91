using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using RateSync.Fast.DependencyInjection;
using RateSync.Fast.Tests.Platform.Testing;

namespace RateSync.Fast.Tests.Platform.DependencyInjection;

/// <summary>The registry of a host as that of the process.</summary>
[Collection(ProcessRegistry.Name)]
public sealed class ProcessDefaultTests : IDisposable
{
    private readonly LimiterRegistry _own = new(new LimiterRegistryOptions { AutoLoad = false });
    private readonly LimiterRegistry? _before;

    public ProcessDefaultTests() => _before = RateLimit.UseRegistry(_own);

    public void Dispose()
    {
        RateLimit.UseRegistry(_before);
        _own.Dispose();
    }

    [Fact]
    public async Task The_static_face_goes_by_the_hosts_registry_until_the_host_ends()
    {
        IHost host = TestHost.Host(static builder => builder.Services.AddRateSync(static options =>
        {
            options.UseAsProcessDefault = true;
            options.InitializeOnStart = false;
            options.ConfigureLimiter("process-default", new LimiterOptions { MaxConcurrent = 1 });
        }));
        using (host)
        {
            Assert.Same(_own, RateLimit.Registry);
            await host.StartAsync();
            Assert.Same(host.Services.GetRequiredService<LimiterRegistry>(), RateLimit.Registry);
            Assert.True(RateLimit.TryAcquire("process-default"));
            await host.StopAsync();
        }

        Assert.Same(_own, RateLimit.Registry);
    }

    [Fact]
    public void Hosts_may_end_in_any_order()
    {
        ServiceProvider first = TestHost.Container(Add);
        ServiceProvider second = TestHost.Container(Add);
        _ = first.GetRequiredService<LimiterRegistry>();
        LimiterRegistry last = second.GetRequiredService<LimiterRegistry>();
        Assert.Same(last, RateLimit.Registry);
        first.Dispose();
        Assert.Same(last, RateLimit.Registry);
        second.Dispose();
        Assert.Same(_own, RateLimit.Registry);
    }

    [Fact]
    public void What_was_set_since_stays()
    {
        using LimiterRegistry other = new(new LimiterRegistryOptions { AutoLoad = false });
        ServiceProvider container = TestHost.Container(Add);
        _ = container.GetRequiredService<LimiterRegistry>();
        RateLimit.UseRegistry(other);
        container.Dispose();
        Assert.Same(other, RateLimit.Registry);
    }

    [Fact]
    public void It_is_not_taken_unasked()
    {
        using ServiceProvider container = TestHost.Container(static services => services.AddRateSync());
        _ = container.GetRequiredService<LimiterRegistry>();
        Assert.Same(_own, RateLimit.Registry);
    }

    private static void Add(IServiceCollection services) =>
        services.AddRateSync(static (RateSyncOptions options) => options.UseAsProcessDefault = true);
}
