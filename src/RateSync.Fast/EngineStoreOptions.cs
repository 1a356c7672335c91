using System.Text;
using RateSync.Fast.Configuration;

namespace RateSync.Fast;

/// <summary>
/// A store of an engine that lives in a package of its own, as a configuration describes it. Two are equal if all settings are.
/// </summary>
/// <param name="Engine">The name of the engine: <c>redis</c>, <c>nats</c> or <c>postgres</c>.</param>
public sealed record EngineStoreOptions(string Engine) : StoreOptions
{
    /// <inheritdoc/>
    public override string Engine { get; } = Engine;

    /// <summary>What was written, by key, variables replaced; numbers and switches as a file writes them.</summary>
    /// <value>For instance <c>url</c>. By default nothing. There may be secrets in it: <see cref="ToString"/> does not show them.</value>
    public IReadOnlyDictionary<string, string> Settings { get; init; } = new Dictionary<string, string>(StringComparer.Ordinal);

    /// <summary><see cref="Settings"/> as they may be shown: secrets, and users and passwords in addresses, are <c>***</c>.</summary>
    public IReadOnlyDictionary<string, string> SettingsWithoutSecrets => Settings.ToDictionary(
        static entry => entry.Key,
        static entry => Secrets.IsSecret(entry.Key) ? Secrets.Mask : Secrets.WithoutUser(entry.Value),
        StringComparer.Ordinal);

    /// <summary>Whether engine and settings are equal.</summary>
    /// <param name="other">The other store.</param>
    /// <returns>True if they are.</returns>
    public bool Equals(EngineStoreOptions? other) => other is not null
        && string.Equals(Engine, other.Engine, StringComparison.Ordinal)
        && Settings.Count == other.Settings.Count
        && Settings.All(entry => other.Settings.TryGetValue(entry.Key, out string? value)
            && string.Equals(value, entry.Value, StringComparison.Ordinal));

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Engine, Settings.Count);

    /// <summary>Engine and settings without secrets.</summary>
    /// <returns>For instance <c>redis (url = "redis://***@host", password = ***)</c>.</returns>
    public override string ToString()
    {
        StringBuilder text = new(Engine);
        text.Append(" (");
        text.AppendJoin(", ", Settings.Select(static entry => $"{entry.Key} = {Secrets.Show(entry.Key, entry.Value)}"));
        return text.Append(')').ToString();
    }
}
