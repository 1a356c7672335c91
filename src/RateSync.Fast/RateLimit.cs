namespace RateSync.Fast;

/// <summary>
/// Limiters by name, for the whole process: write <c>rate-sync.toml</c>, call <see cref="AcquireAsync(string, CancellationToken)"/>. The
/// static face of one <see cref="LimiterRegistry"/>.
/// </summary>
/// <remarks>All members are safe to call from any thread at any time.</remarks>
public static class RateLimit
{
    private static LimiterRegistry? s_registry;

    /// <summary>The registry behind all this. Made at the first use, unless one was set by <see cref="UseRegistry"/>.</summary>
    public static LimiterRegistry Registry => Volatile.Read(ref s_registry) ?? MakeRegistry();

    /// <summary>Sets the registry behind all this, such as a host's or a test's.</summary>
    /// <param name="registry">The registry; null to make a new one at the next use.</param>
    /// <returns>The registry so far, which is not disposed of; null if there was none.</returns>
    public static LimiterRegistry? UseRegistry(LimiterRegistry? registry) => Interlocked.Exchange(ref s_registry, registry);

    /// <inheritdoc cref="LimiterRegistry.AcquireAsync(string, CancellationToken)"/>
    public static ValueTask<Permit> AcquireAsync(string id, CancellationToken cancellationToken = default) =>
        Registry.AcquireAsync(id, cancellationToken);

    /// <inheritdoc cref="LimiterRegistry.AcquireAsync(string, TimeSpan, CancellationToken)"/>
    public static ValueTask<Permit> AcquireAsync(string id, TimeSpan timeout, CancellationToken cancellationToken = default) =>
        Registry.AcquireAsync(id, timeout, cancellationToken);

    /// <inheritdoc cref="LimiterRegistry.AcquireAsync(string, in AcquireOptions, CancellationToken)"/>
    public static ValueTask<Permit> AcquireAsync(string id, in AcquireOptions options, CancellationToken cancellationToken = default) =>
        Registry.AcquireAsync(id, options, cancellationToken);

    /// <inheritdoc cref="LimiterRegistry.TryAcquire(string, int)"/>
    public static bool TryAcquire(string id, int permits = 1) => Registry.TryAcquire(id, permits);

    /// <inheritdoc cref="LimiterRegistry.TryAcquire(string, out Permit, int)"/>
    public static bool TryAcquire(string id, out Permit permit, int permits = 1) => Registry.TryAcquire(id, out permit, permits);

    /// <inheritdoc cref="LimiterRegistry.Attempt(string, int)"/>
    public static Decision Attempt(string id, int permits = 1) => Registry.Attempt(id, permits);

    /// <inheritdoc cref="LimiterRegistry.Attempt(string, in AcquireOptions)"/>
    public static Decision Attempt(string id, in AcquireOptions options) => Registry.Attempt(id, options);

    /// <inheritdoc cref="LimiterRegistry.Check"/>
    public static Decision Check(string id, int permits = 1) => Registry.Check(id, permits);

    /// <inheritdoc cref="LimiterRegistry.CheckAll"/>
    public static MultiDecision CheckAll(params ReadOnlySpan<string> ids) => Registry.CheckAll(ids);

    /// <inheritdoc cref="LimiterRegistry.AttemptAll"/>
    public static MultiDecision AttemptAll(params ReadOnlySpan<string> ids) => Registry.AttemptAll(ids);

    /// <inheritdoc cref="LimiterRegistry.InvokeAsync(string, Func{CancellationToken, ValueTask}, CancellationToken)"/>
    public static ValueTask InvokeAsync(string id, Func<CancellationToken, ValueTask> work, CancellationToken cancellationToken = default) =>
        Registry.InvokeAsync(id, work, cancellationToken);

    /// <inheritdoc cref="LimiterRegistry.InvokeAsync{T}(string, Func{CancellationToken, ValueTask{T}}, CancellationToken)"/>
    public static ValueTask<T> InvokeAsync<T>(
        string id, Func<CancellationToken, ValueTask<T>> work, CancellationToken cancellationToken = default) =>
        Registry.InvokeAsync(id, work, cancellationToken);

    /// <inheritdoc cref="LimiterRegistry.Release"/>
    public static void Release(string id, int permits = 1) => Registry.Release(id, permits);

    /// <inheritdoc cref="LimiterRegistry.ConfigureStore"/>
    public static void ConfigureStore(string id, StoreOptions options) => Registry.ConfigureStore(id, options);

    /// <inheritdoc cref="LimiterRegistry.ConfigureLimiter"/>
    public static void ConfigureLimiter(string id, LimiterOptions options) => Registry.ConfigureLimiter(id, options);

    /// <inheritdoc cref="LimiterRegistry.LoadConfig"/>
    public static void LoadConfig(string path) => Registry.LoadConfig(path);

    /// <inheritdoc cref="LimiterRegistry.CloneLimiter"/>
    public static Limiter CloneLimiter(string source, string id, LimiterOverrides? overrides = null) => Registry.CloneLimiter(source, id, overrides);

    /// <inheritdoc cref="LimiterRegistry.For(string, string)"/>
    public static LimiterClone For(string id, string key) => Registry.For(id, key);

    /// <inheritdoc cref="LimiterRegistry.For(string, LimiterKey)"/>
    public static LimiterClone For(string id, LimiterKey key) => Registry.For(id, key);

    /// <inheritdoc cref="LimiterRegistry.For(string, LimiterKey, LimiterOverrides)"/>
    public static LimiterClone For(string id, LimiterKey key, LimiterOverrides overrides) => Registry.For(id, key, overrides);

    /// <inheritdoc cref="LimiterRegistry.For(string, string, LimiterOverrides)"/>
    public static LimiterClone For(string id, string key, LimiterOverrides overrides) => Registry.For(id, key, overrides);

    /// <inheritdoc cref="LimiterRegistry.GetLimiter"/>
    public static Limiter GetLimiter(string id) => Registry.GetLimiter(id);

    /// <inheritdoc cref="LimiterRegistry.ListLimiters"/>
    public static IReadOnlyDictionary<string, LimiterInfo> ListLimiters() => Registry.ListLimiters();

    /// <inheritdoc cref="LimiterRegistry.ListStores"/>
    public static IReadOnlyDictionary<string, StoreInfo> ListStores() => Registry.ListStores();

    /// <inheritdoc cref="LimiterRegistry.GetConfig"/>
    public static LimiterOptions GetConfig(string id) => Registry.GetConfig(id);

    /// <inheritdoc cref="LimiterRegistry.GetState"/>
    public static LimiterState GetState(string id) => Registry.GetState(id);

    /// <inheritdoc cref="LimiterRegistry.GetMetrics"/>
    public static LimiterMetrics GetMetrics(string id) => Registry.GetMetrics(id);

    /// <inheritdoc cref="LimiterRegistry.GetCloneMetrics"/>
    public static KeyedMetrics GetCloneMetrics(string id) => Registry.GetCloneMetrics(id);

    /// <inheritdoc cref="LimiterRegistry.InitializeAsync(CancellationToken)"/>
    public static ValueTask InitializeAsync(CancellationToken cancellationToken = default) => Registry.InitializeAsync(cancellationToken);

    /// <inheritdoc cref="LimiterRegistry.InitializeAsync(string, CancellationToken)"/>
    public static ValueTask InitializeAsync(string id, CancellationToken cancellationToken = default) =>
        Registry.InitializeAsync(id, cancellationToken);

    private static LimiterRegistry MakeRegistry()
    {
        LimiterRegistry made = new(options: null, meterLater: true);
        LimiterRegistry? other = Interlocked.CompareExchange(ref s_registry, made, null);
        if (other is null)
        {
            return made;
        }

        made.Dispose();
        return other;
    }
}
