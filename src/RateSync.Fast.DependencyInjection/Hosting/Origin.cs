using Microsoft.Extensions.Configuration;

namespace RateSync.Fast.DependencyInjection.Hosting;

/// <summary>Which of the providers of a configuration says something: of several, the last, as its value counts.</summary>
internal static class Origin
{
    /// <summary>
    /// The configuration that a section is of: as it was given, or else the container's, if that says the same in that place. Null if it is
    /// not known.
    /// </summary>
    public static IConfigurationRoot? RootOf(SettingsSection section, IConfiguration? ofContainer) =>
        section.Root is { } given ? given
            : ofContainer is IConfigurationRoot root && root.GetSection(section.Path).AsEnumerable().SequenceEqual(section.Section.AsEnumerable()) ? root
            : null;

    /// <summary>The file, or else the provider; null if it is not known.</summary>
    /// <param name="root">The whole configuration, if it is known.</param>
    /// <param name="path">The key, with all that it is in.</param>
    public static string? Of(IConfigurationRoot? root, string path)
    {
        IEnumerable<IConfigurationProvider> providers = root?.Providers.Reverse() ?? [];
        IConfigurationProvider? provider = providers.FirstOrDefault(provider => provider.TryGet(path, out _))
            ?? providers.FirstOrDefault(provider => provider.GetChildKeys([], path).Any());
        return provider is null ? null : FileOf(provider.ToString() ?? "");
    }

    /// <summary>
    /// Providers of files show themselves as "JsonConfigurationProvider for 'appsettings.json' (Optional)"; where they do not, all of it is
    /// shown.
    /// </summary>
    private static string FileOf(string provider)
    {
        int start = provider.IndexOf(" for '", StringComparison.Ordinal) + 6;
        int end = provider.LastIndexOf('\'');
        return start > 6 && end > start ? provider[start..end] : provider;
    }
}
