using Microsoft.Extensions.Configuration;

namespace RateSync.Fast.DependencyInjection.Hosting;

/// <summary>A section of the application's configuration that limiters come from.</summary>
/// <param name="section">The section.</param>
/// <param name="root">The whole configuration, which knows where values come from; null if only the section was given.</param>
internal sealed class SettingsSection(IConfigurationSection section, IConfigurationRoot? root)
{
    public IConfigurationSection Section { get; } = section;

    public IConfigurationRoot? Root { get; } = root;

    public string Path => Section.Path;

    public bool HasPathOf(SettingsSection other) => string.Equals(Path, other.Path, StringComparison.OrdinalIgnoreCase);
}
