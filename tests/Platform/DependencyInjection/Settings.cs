using Microsoft.Extensions.Configuration;

namespace RateSync.Fast.Tests.Platform.DependencyInjection;

/// <summary>An application's configuration that a test changes.</summary>
internal sealed class Settings
{
    private readonly Source _source;

    public Settings(params (string Key, string? Value)[] values)
    {
        _source = new Source();
        Root = new ConfigurationBuilder().Add(_source).Build();
        Change(values);
    }

    public IConfigurationRoot Root { get; }

    /// <summary>From now on says this and nothing else, and tells so.</summary>
    public void Change(params (string Key, string? Value)[] values) => _source.Provider.Change(values);

    private sealed class Source : IConfigurationSource
    {
        public Provider Provider { get; } = new();

        public IConfigurationProvider Build(IConfigurationBuilder builder) => Provider;
    }

    private sealed class Provider : ConfigurationProvider
    {
        public void Change((string Key, string? Value)[] values)
        {
            Data = values.ToDictionary(static value => value.Key, static value => value.Value, StringComparer.OrdinalIgnoreCase);
            OnReload();
        }
    }
}
