using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace RateSync.Fast.Tests.Platform.DependencyInjection;

/// <summary>Containers and hosts that see nothing of the machine.</summary>
internal static class TestHost
{
    /// <summary>A container with a log, whose registry looks for no file.</summary>
    public static ServiceProvider Container(Action<IServiceCollection> add, LogLines? log = null)
    {
        ServiceCollection services = new();
        if (log is not null)
        {
            services.AddLogging(logging => logging.AddProvider(log));
        }

        services.Configure<RateSync.Fast.DependencyInjection.RateSyncOptions>(static options => options.AutoLoad = false);
        add(services);
        return services.BuildServiceProvider(new ServiceProviderOptions { ValidateScopes = true, ValidateOnBuild = true });
    }

    /// <summary>A host with a log, with nothing in its configuration.</summary>
    public static IHost Host(Action<HostApplicationBuilder> add, LogLines? log = null, string? contentRoot = null)
    {
        HostApplicationBuilder builder = Microsoft.Extensions.Hosting.Host.CreateEmptyApplicationBuilder(
            new HostApplicationBuilderSettings { ContentRootPath = contentRoot });
        if (log is not null)
        {
            builder.Logging.AddProvider(log);
        }

        builder.Services.Configure<RateSync.Fast.DependencyInjection.RateSyncOptions>(static options => options.AutoLoad = false);
        add(builder);
        return builder.Build();
    }
}
