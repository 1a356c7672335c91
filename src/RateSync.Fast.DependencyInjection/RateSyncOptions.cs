namespace RateSync.Fast.DependencyInjection;

/// <summary>How a host keeps its limiters, and those that are configured by code.</summary>
/// <remarks>
/// When the options change, what is new or different in <see cref="Limiters"/>, <see cref="Stores"/> and <see cref="ConfigurationPath"/> is
/// applied at once. All else is read when the registry is made.
/// </remarks>
public sealed class RateSyncOptions
{
    /// <summary>The configuration file, in TOML. A path that is not absolute begins at the host's content root.</summary>
    /// <value>By default null: a file is looked for, if <see cref="AutoLoad"/> is on.</value>
    public string? ConfigurationPath { get; set; }

    /// <summary>Whether a configuration file is looked for, as <see cref="LimiterRegistryOptions.AutoLoad"/> says.</summary>
    /// <value>By default true.</value>
    public bool AutoLoad { get; set; } = true;

    /// <summary>How often configuration files are looked at for changes.</summary>
    /// <value>By default half a second. <see cref="Timeout.InfiniteTimeSpan"/> for never.</value>
    public TimeSpan WatchInterval { get; set; } = TimeSpan.FromMilliseconds(500);

    /// <summary>Where <c>${NAME}</c> in a configuration comes from.</summary>
    /// <value>By default the process's environment variables.</value>
    public Func<string, string?>? Environment { get; set; }

    /// <summary>
    /// Whether everything is made ready when the host starts, before anything else is started: a configuration that does not hold then ends
    /// the start, with all that is wrong with it.
    /// </summary>
    /// <value>By default true. Otherwise it comes out at the first use.</value>
    public bool InitializeOnStart { get; set; } = true;

    /// <summary>
    /// Whether <see cref="RateLimit"/>, and with it <see cref="RateLimitedAttribute"/>, goes by the host's registry, from when the registry
    /// is made until the host is disposed of.
    /// </summary>
    /// <value>By default false.</value>
    public bool UseAsProcessDefault { get; set; }

    /// <summary>Limiters that are configured by code. They win against those of the same name in a configuration.</summary>
    public IDictionary<string, LimiterOptions> Limiters { get; } = new Dictionary<string, LimiterOptions>(StringComparer.Ordinal);

    /// <summary>Stores that are configured by code. They win against those of the same name in a configuration.</summary>
    public IDictionary<string, StoreOptions> Stores { get; } = new Dictionary<string, StoreOptions>(StringComparer.Ordinal);

    /// <summary>Says what is limited.</summary>
    /// <param name="id">The limiter's name.</param>
    /// <param name="options">What it does.</param>
    /// <returns>These options.</returns>
    /// <exception cref="ArgumentException">The name is empty.</exception>
    public RateSyncOptions ConfigureLimiter(string id, LimiterOptions options)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(id);
        ArgumentNullException.ThrowIfNull(options);
        Limiters[id] = options;
        return this;
    }

    /// <summary>
    /// Names that there must be when the host starts, whatever they are configured by: a name that is missing, misspelt in code or in a
    /// file, then ends the start instead of coming out when it is first asked for. While the host runs, a change that would leave one of
    /// them without a limiter is refused as a whole.
    /// </summary>
    public ISet<string> RequiredLimiters { get; } = new HashSet<string>(StringComparer.Ordinal);

    /// <summary>As <see cref="RequiredLimiters"/>: says what names this application uses.</summary>
    /// <param name="ids">Limiters' names.</param>
    /// <returns>These options.</returns>
    /// <exception cref="ArgumentException">A name is empty.</exception>
    public RateSyncOptions RequireLimiters(params ReadOnlySpan<string> ids)
    {
        foreach (string id in ids)
        {
            ArgumentException.ThrowIfNullOrWhiteSpace(id, nameof(ids));
            RequiredLimiters.Add(id);
        }

        return this;
    }

    /// <summary>Says how limits are kept.</summary>
    /// <param name="id">The store's name.</param>
    /// <param name="options">What kind of store, and how it is reached.</param>
    /// <returns>These options.</returns>
    /// <exception cref="ArgumentException">The name is empty.</exception>
    public RateSyncOptions ConfigureStore(string id, StoreOptions options)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(id);
        ArgumentNullException.ThrowIfNull(options);
        Stores[id] = options;
        return this;
    }
}
