using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using RateSync.Fast;
using RateSync.Fast.DependencyInjection;
using RateSync.Fast.DependencyInjection.Hosting;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Registers limiters by name with a host.</summary>
public static class RateSyncServiceCollectionExtensions
{
    /// <summary>The section of an application's configuration that is read if a whole configuration is given.</summary>
    private const string SectionName = "RateSync";

    /// <summary>
    /// Registers one <see cref="LimiterRegistry"/>, and each of its limiters under its name: <c>[FromKeyedServices("api")] Limiter api</c>.
    /// A file is found as <see cref="LimiterRegistryOptions.AutoLoad"/> says.
    /// </summary>
    /// <param name="services">Where to.</param>
    /// <returns>The same services. Calling it again does no harm.</returns>
    /// <remarks>
    /// The registry takes its clock, its meters and its log from the container if they are there, and ends with it. A limiter that there is
    /// not is a <see cref="LimiterNotFoundException"/>, also where a service would be optional.
    /// </remarks>
    public static IServiceCollection AddRateSync(this IServiceCollection services)
    {
        ArgumentNullException.ThrowIfNull(services);
        if (services.Any(static service => service.ServiceType == typeof(HostedRegistry)))
        {
            return services;
        }

        services.AddOptions<RateSyncOptions>().ValidateOnStart();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<RateSyncOptions>, RateSyncOptionsValidation>());
        services.TryAddSingleton(static provider => new HostedRegistry(provider, null));
        services.TryAddSingleton(static provider => provider.GetRequiredService<HostedRegistry>().Registry);

        // Looked up each time: the registry has the limiter that is in force, and disposes of it.
        services.TryAddKeyedTransient(KeyedService.AnyKey, static (provider, key) => FindLimiter(provider, key));
        services.AddHostedService<RegistryStart>();
        return services;
    }

    /// <summary>As <see cref="AddRateSync(IServiceCollection)"/>, with options.</summary>
    /// <inheritdoc cref="AddRateSync(IServiceCollection)" path="/remarks"/>
    /// <param name="services">Where to.</param>
    /// <param name="configure">Sets options, after all that has set them before.</param>
    /// <returns>The same services.</returns>
    public static IServiceCollection AddRateSync(this IServiceCollection services, Action<RateSyncOptions> configure)
    {
        ArgumentNullException.ThrowIfNull(configure);
        services.AddRateSync();
        return services.Configure(configure);
    }

    /// <summary>
    /// As <see cref="AddRateSync(IServiceCollection)"/>, with stores and limiters from a section of the application's configuration:
    /// <c>"RateSync": { "Limiters": { "api": { "RatePerSecond": 100 } } }</c>. Changes are applied
    /// while the host runs, whole or not at all.
    /// </summary>
    /// <inheritdoc cref="AddRateSync(IServiceCollection)" path="/remarks"/>
    /// <param name="services">Where to.</param>
    /// <param name="configuration">The section; of a whole configuration, the section <c>RateSync</c>.</param>
    /// <returns>The same services.</returns>
    public static IServiceCollection AddRateSync(this IServiceCollection services, IConfiguration configuration)
    {
        ArgumentNullException.ThrowIfNull(configuration);
        services.AddRateSync();
        SettingsSection section = new(
            configuration as IConfigurationSection ?? configuration.GetSection(SectionName), configuration as IConfigurationRoot);

        // The same section again takes the place of the first.
        for (int i = services.Count - 1; i >= 0; i--)
        {
            if (services[i] is { IsKeyedService: false, ImplementationInstance: SettingsSection earlier } && earlier.HasPathOf(section))
            {
                services.RemoveAt(i);
            }
        }

        return services.AddSingleton(section);
    }

    /// <summary>As <see cref="AddRateSync(IServiceCollection, IConfiguration)"/>, with options.</summary>
    /// <inheritdoc cref="AddRateSync(IServiceCollection)" path="/remarks"/>
    /// <param name="services">Where to.</param>
    /// <param name="configuration">The section; of a whole configuration, the section <c>RateSync</c>.</param>
    /// <param name="configure">Sets options, after all that has set them before.</param>
    /// <returns>The same services.</returns>
    public static IServiceCollection AddRateSync(
        this IServiceCollection services, IConfiguration configuration, Action<RateSyncOptions> configure)
    {
        ArgumentNullException.ThrowIfNull(configure);
        services.AddRateSync(configuration);
        return services.Configure(configure);
    }

    /// <summary>
    /// As <see cref="AddRateSync(IServiceCollection)"/>, with a registry that there is already. It keeps its own clock, meters
    /// and file, and is not disposed of with the container.
    /// </summary>
    /// <param name="services">Where to.</param>
    /// <param name="registry">The registry. It goes before one that the container would make.</param>
    /// <returns>The same services.</returns>
    /// <remarks>
    /// Limiters from options and sections of the container are put into it when the host starts; without a host, when a limiter is first
    /// resolved by its name.
    /// </remarks>
    public static IServiceCollection AddRateSync(this IServiceCollection services, LimiterRegistry registry)
    {
        ArgumentNullException.ThrowIfNull(registry);
        services.AddRateSync();

        // An instance, as the container disposes of what comes from a factory.
        services.Replace(ServiceDescriptor.Singleton(registry));
        return services.Replace(ServiceDescriptor.Singleton(provider => new HostedRegistry(provider, registry)));
    }

    private static Limiter FindLimiter(IServiceProvider provider, object? key) => key is string id
        ? provider.GetRequiredService<HostedRegistry>().Registry.GetLimiter(id)
        : throw new InvalidOperationException($"A limiter is resolved by its name, a string, and not by '{key}' ({key?.GetType()}).");
}
