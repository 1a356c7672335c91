using System.Text;
using RateSync.Fast.Configuration;

namespace RateSync.Fast;

/// <summary>Stores and limiters, read and found to be right as a whole.</summary>
public sealed class RateSyncConfiguration
{
    internal RateSyncConfiguration(
        IReadOnlyDictionary<string, StoreOptions> stores,
        IReadOnlyDictionary<string, LimiterOptions> limiters,
        IReadOnlyList<ConfigurationProblem> notes)
    {
        Stores = stores;
        Limiters = limiters;
        Notes = notes;
    }

    /// <summary>The stores by name, in the order in which they are written.</summary>
    public IReadOnlyDictionary<string, StoreOptions> Stores { get; }

    /// <summary>
    /// The limiters by name, in the order in which they are written; each with the store that it falls to if it names none.
    /// </summary>
    public IReadOnlyDictionary<string, LimiterOptions> Limiters { get; }

    /// <summary>What is not wrong but has no effect, such as keys of another engine.</summary>
    public IReadOnlyList<ConfigurationProblem> Notes { get; }

    /// <summary>Reads a configuration from text.</summary>
    /// <param name="toml">A TOML document of at most 1 MiB.</param>
    /// <param name="fileName">The name that messages give it; null for none.</param>
    /// <param name="environment">The values of variables, null for one that is not set; by default those of the process.</param>
    /// <param name="knownStores">Names of stores that are there already, which the document may use.</param>
    /// <param name="knownLimiters">Names of limiters that are there already, which the document may use.</param>
    /// <returns>The configuration.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="toml"/> is null.</exception>
    /// <exception cref="ConfigurationException">Something is wrong; all of it is listed.</exception>
    public static RateSyncConfiguration Parse(
        string toml,
        string? fileName = null,
        Func<string, string?>? environment = null,
        IReadOnlyCollection<string>? knownStores = null,
        IReadOnlyCollection<string>? knownLimiters = null)
    {
        ArgumentNullException.ThrowIfNull(toml);
        ConfigSource source = new() { File = fileName, KnownStores = knownStores ?? [], KnownLimiters = knownLimiters ?? [] };

        // No text has more bytes than three times its characters; one that is too long anyway need not be converted.
        ReadOnlySpan<char> text = toml.AsSpan(0, Math.Min(toml.Length, ConfigFile.MaxBytes + 1));
        byte[] utf8 = new byte[Encoding.UTF8.GetByteCount(text)];
        Encoding.UTF8.GetBytes(text, utf8);
        return ConfigFile.Parse(utf8, source, environment ?? Environment.GetEnvironmentVariable);
    }

    /// <summary>Reads a configuration from a file.</summary>
    /// <param name="path">A TOML file of at most 1 MiB.</param>
    /// <param name="environment">The values of variables, null for one that is not set; by default those of the process.</param>
    /// <param name="knownStores">Names of stores that are there already, which the file may use.</param>
    /// <param name="knownLimiters">Names of limiters that are there already, which the file may use.</param>
    /// <returns>The configuration.</returns>
    /// <exception cref="ArgumentException"><paramref name="path"/> is null or empty.</exception>
    /// <exception cref="ConfigurationException">The file cannot be read, or something in it is wrong; all of it is listed.</exception>
    public static RateSyncConfiguration ParseFile(
        string path,
        Func<string, string?>? environment = null,
        IReadOnlyCollection<string>? knownStores = null,
        IReadOnlyCollection<string>? knownLimiters = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        ConfigSource source = new() { File = path, KnownStores = knownStores ?? [], KnownLimiters = knownLimiters ?? [] };
        return ConfigFile.Parse(ConfigFile.Read(path), source, environment ?? Environment.GetEnvironmentVariable);
    }

    /// <summary>Reads a configuration from keys and values, such as a section of an application's own configuration.</summary>
    /// <param name="values">
    /// Keys with colons, such as <c>Limiters:api:RatePerSecond</c>, whose parts may be written in any case and with underscores, but
    /// for names of stores and limiters; the place in a list is a part, too. Null means that a key is not there.
    /// </param>
    /// <param name="environment">The values of variables, null for one that is not set; by default those of the process.</param>
    /// <param name="knownStores">Names of stores that are there already, which the values may use.</param>
    /// <param name="knownLimiters">Names of limiters that are there already, which the values may use.</param>
    /// <returns>The configuration.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="values"/> is null.</exception>
    /// <exception cref="ConfigurationException">Something is wrong; all of it is listed.</exception>
    public static RateSyncConfiguration FromValues(
        IEnumerable<KeyValuePair<string, string?>> values,
        Func<string, string?>? environment = null,
        IReadOnlyCollection<string>? knownStores = null,
        IReadOnlyCollection<string>? knownLimiters = null)
    {
        ArgumentNullException.ThrowIfNull(values);
        KeyValuePair<string, string?>[] all = [.. values];
        ConfigSource source = new()
        {
            Written = new WrittenKeys(Array.ConvertAll(all, static pair => pair.Key)),
            KnownStores = knownStores ?? [],
            KnownLimiters = knownLimiters ?? [],
        };
        Expander expander = new(source, environment ?? Environment.GetEnvironmentVariable);
        return ConfigTree.Read(expander.Expand(ValueNodes.From(all)), source);
    }

    /// <summary>Says in words what a limiter of this configuration will do.</summary>
    /// <param name="id">The name of the limiter.</param>
    /// <returns>
    /// For instance <c>grants up to 100 at once and 10 a second on average; at most 5 at the same time; a caller waits up to 30 s;
    /// declared excess 0</c>.
    /// </returns>
    /// <exception cref="ArgumentNullException"><paramref name="id"/> is null.</exception>
    /// <exception cref="LimiterNotFoundException">There is no such limiter in it.</exception>
    public string Describe(string id)
    {
        LimiterOptions options = Find(id);
        return LimiterDescription.Of(
            options,
            options.Store is null ? null : Stores.GetValueOrDefault(options.Store),
            Excess.Of(id, Limiters, Stores).Permits,
            Excess.Of(id, Limiters, new Dictionary<string, StoreOptions>(StringComparer.Ordinal)).Permits);
    }

    /// <summary>
    /// By how many permits more than its limit a limiter of this configuration can grant in the worst interval of its window's length, as
    /// <see cref="Limiter.DeclaredExcess"/> says it; of a limiter that refers to others, the largest.
    /// </summary>
    /// <param name="id">The name of the limiter.</param>
    /// <param name="reason">Why it is not 0; empty if it is.</param>
    /// <returns>0 if the limiter is strict; the limit of a fixed window; infinity if nothing bounds it, as in shadow mode.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="id"/> is null.</exception>
    /// <exception cref="LimiterNotFoundException">There is no such limiter in it.</exception>
    public double GetDeclaredExcess(string id, out string reason)
    {
        _ = Find(id);
        (double permits, reason) = Excess.Of(id, Limiters, Stores);
        return permits;
    }

    private LimiterOptions Find(string id)
    {
        ArgumentNullException.ThrowIfNull(id);
        return Limiters.TryGetValue(id, out LimiterOptions? options) ? options : throw LimiterNotFoundException.For(id, Limiters.Keys);
    }
}
