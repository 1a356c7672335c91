using Microsoft.Extensions.Configuration;

namespace RateSync.Fast.DependencyInjection.Hosting;

/// <summary>A section of the application's configuration that limiters come from.</summary>
internal sealed class SettingsSection(IConfigurationSection section)
{
    public IConfigurationSection Section { get; } = section;

    public string Path => Section.Path;

    public bool HasPathOf(SettingsSection other) => string.Equals(Path, other.Path, StringComparison.OrdinalIgnoreCase);
}
