using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using RateSync.Fast.Configuration;
using RateSync.Fast.Named;
using RateSync.Fast.Telemetry;

namespace RateSync.Fast;

/// <summary>
/// Limiters and stores by name, from configuration files and from code. Files and code combine, and code wins. Nothing has to be
/// initialised: a file is looked for at the first use.
/// </summary>
/// <remarks>
/// <para>All members are safe to call from any thread at any time. Finding a limiter by name takes no lock and allocates nothing. A limiter
/// that was found stays the same object for as long as the registry lives: changes to what it does are made in place.</para>
/// <para>Stores say how limits are kept, limiters say what is limited.</para>
/// </remarks>
public sealed partial class LimiterRegistry : IDisposable, IAsyncDisposable
{
    private const int RecentPlaces = 64;

    private readonly ConcurrentDictionary<string, NamedLimiter> _limiters = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, StoreEntry> _stores = new(StringComparer.Ordinal);
    private readonly LimiterRegistryOptions _options;
    private readonly TimeProvider _timeProvider;
    private readonly RegistryTelemetry _telemetry;

    // A lock: guards changes of the configuration against each other. Never taken by a call that finds its limiter.
    private readonly Lock _gate = new();
    private NamedLimiter?[] _recent = new NamedLimiter?[RecentPlaces];
    private volatile bool _disposed;

    /// <summary>Makes an empty registry. Reads nothing yet.</summary>
    /// <param name="options">Where its configuration comes from; null for the defaults.</param>
    /// <exception cref="ArgumentOutOfRangeException">An option is out of range.</exception>
    public LimiterRegistry(LimiterRegistryOptions? options = null)
        : this(options, meterLater: false)
    {
    }

    /// <summary>Makes an empty registry.</summary>
    /// <param name="options">Where its configuration comes from; null for the defaults.</param>
    /// <param name="meterLater">Whether its meter is made when something is configured, or after the first use, and not now.</param>
    internal LimiterRegistry(LimiterRegistryOptions? options, bool meterLater)
    {
        _options = options ?? new LimiterRegistryOptions();
        _options.Validate();
        _timeProvider = _options.TimeProvider ?? TimeProvider.System;
        _telemetry = new RegistryTelemetry(_options, () => _limiters.Values);
        _parts = new Parts(this);
        if (!meterLater)
        {
            _telemetry.Begin();
        }
    }

    /// <summary>
    /// A configuration file was read again, or could not be: look at <see cref="ConfigurationReloadedEventArgs.Succeeded"/>. Raised on the
    /// thread that has read it, after everything is done.
    /// </summary>
    /// <remarks>A handler that throws keeps no other from being called, and harms nothing; see <see cref="HandlerFailed"/>.</remarks>
    public event EventHandler<ConfigurationReloadedEventArgs>? Reloaded;

    /// <summary>A handler of <see cref="Reloaded"/> has thrown an exception. What handlers of this event throw is lost.</summary>
    public event EventHandler<ErrorEventArgs>? HandlerFailed;

    /// <summary>The clock of the limiters.</summary>
    public TimeProvider TimeProvider => _timeProvider;

    /// <summary>Finds a limiter.</summary>
    /// <param name="id">Its name.</param>
    /// <returns>The limiter; the same object for every call.</returns>
    /// <exception cref="LimiterNotFoundException">There is none of that name. The message names the nearest one.</exception>
    /// <exception cref="ConfigurationException">A configuration was found at the first use and does not hold.</exception>
    /// <exception cref="ObjectDisposedException">The registry has been disposed of.</exception>
    public Limiter GetLimiter(string id) => Find(id);

    /// <summary>Finds a limiter if there is one of that name.</summary>
    /// <param name="id">Its name.</param>
    /// <param name="limiter">The limiter; null if there is none.</param>
    /// <returns>Whether there is.</returns>
    /// <exception cref="ConfigurationException">A configuration was found at the first use and does not hold.</exception>
    /// <exception cref="ObjectDisposedException">The registry has been disposed of.</exception>
    public bool TryGetLimiter(string id, [System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out Limiter? limiter)
    {
        ArgumentNullException.ThrowIfNull(id);
        if (!_limiters.TryGetValue(id, out NamedLimiter? found))
        {
            EnsureLoaded();
            _limiters.TryGetValue(id, out found);
        }

        limiter = found;
        return found is not null;
    }

    /// <summary>All limiters by name.</summary>
    /// <returns>A snapshot. Clones that are entries of a table, made by <see cref="For(string, string)"/>, are not in it.</returns>
    public IReadOnlyDictionary<string, LimiterInfo> ListLimiters()
    {
        EnsureLoaded();
        Dictionary<string, LimiterInfo> all = new(StringComparer.Ordinal);
        foreach ((string id, NamedLimiter limiter) in _limiters)
        {
            all.Add(id, limiter.Describe());
        }

        return all;
    }

    /// <summary>All stores by name. What is secret about them is not in it.</summary>
    /// <returns>A snapshot.</returns>
    public IReadOnlyDictionary<string, StoreInfo> ListStores()
    {
        EnsureLoaded();
        Dictionary<string, StoreInfo> all = new(StringComparer.Ordinal);
        foreach ((string id, StoreEntry store) in _stores)
        {
            all.Add(id, new StoreInfo
            {
                Id = id,
                Engine = store.Options.Engine,
                Source = store.Source,
                File = store.File,
                IsAvailable = store.IsAvailable,
            });
        }

        return all;
    }

    /// <summary>What a limiter was told to do.</summary>
    /// <inheritdoc cref="GetLimiter" path="/param"/>
    /// <returns>Its options.</returns>
    /// <exception cref="LimiterNotFoundException">There is none of that name.</exception>
    public LimiterOptions GetConfig(string id) => Find(id).Options;

    /// <summary>How a limiter stands now. Takes no permit.</summary>
    /// <inheritdoc cref="GetLimiter" path="/param"/>
    /// <returns>A snapshot.</returns>
    /// <exception cref="LimiterNotFoundException">There is none of that name.</exception>
    public LimiterState GetState(string id) => Find(id).GetState();

    /// <summary>What a limiter has done so far, before and after it was changed.</summary>
    /// <inheritdoc cref="GetLimiter" path="/param"/>
    /// <returns>A snapshot.</returns>
    /// <exception cref="LimiterNotFoundException">There is none of that name.</exception>
    public LimiterMetrics GetMetrics(string id) => Find(id).GetMetrics();

    /// <summary>Makes sure now, instead of at the first use, that the configuration holds and every limiter can be used.</summary>
    /// <param name="cancellationToken">Ends it.</param>
    /// <returns>A task that ends when all limiters are ready.</returns>
    /// <exception cref="ConfigurationException">The configuration does not hold.</exception>
    /// <exception cref="StoreUnavailableException">The store of a limiter is not to be had.</exception>
    public async ValueTask InitializeAsync(CancellationToken cancellationToken = default)
    {
        EnsureLoaded();
        foreach (string id in _limiters.Keys.Order(StringComparer.Ordinal))
        {
            await InitializeAsync(id, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Makes sure now, instead of at the first use, that a limiter can be used.</summary>
    /// <param name="id">Its name.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <returns>A task that ends when the limiter is ready.</returns>
    /// <exception cref="LimiterNotFoundException">There is none of that name.</exception>
    /// <exception cref="ConfigurationException">The configuration does not hold.</exception>
    /// <exception cref="StoreUnavailableException">Its store is not to be had.</exception>
    public ValueTask InitializeAsync(string id, CancellationToken cancellationToken = default)
    {
        if (cancellationToken.IsCancellationRequested)
        {
            return ValueTask.FromCanceled(cancellationToken);
        }

        Find(id).EnsureAvailable();
        return default;
    }

    /// <summary>
    /// Lets a limiter begin anew, as if nothing had been spent of its rate: for tests, and for operators who know what they do. Slots that
    /// are out stay out.
    /// </summary>
    /// <inheritdoc cref="GetLimiter" path="/param"/>
    /// <exception cref="LimiterNotFoundException">There is none of that name.</exception>
    public void Reset(string id) => Find(id).Reset();

    /// <summary>As <see cref="Reset"/>, for all limiters.</summary>
    public void ResetAll()
    {
        EnsureLoaded();
        foreach (NamedLimiter limiter in _limiters.Values)
        {
            limiter.Reset();
        }
    }

    /// <summary>Disposes of all limiters: whoever waits gets an <see cref="ObjectDisposedException"/>. May be called again.</summary>
    public void Dispose()
    {
        lock (_gate)
        {
            if (_disposed)
            {
                return;
            }

            _disposed = true;
            _watch?.Dispose();
            foreach (NamedLimiter limiter in _limiters.Values)
            {
                limiter.DisposeWithClones();
            }

            foreach (NamedLimiter limiter in _retired.Values)
            {
                limiter.DisposeWithClones();
            }

            _retired.Clear();
            _limiters.Clear();
            Volatile.Write(ref _recent, new NamedLimiter?[RecentPlaces]);
        }

        _telemetry.Dispose();
    }

    /// <inheritdoc cref="Dispose"/>
    /// <returns>A completed task.</returns>
    public ValueTask DisposeAsync()
    {
        Dispose();
        return default;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal NamedLimiter Find(string id)
    {
        ArgumentNullException.ThrowIfNull(id);
        NamedLimiter?[] recent = Volatile.Read(ref _recent);
        return recent[PlaceOf(id)] is { } limiter && ReferenceEquals(limiter.Alias, id) ? limiter : FindByText(id, recent);
    }

    /// <summary>
    /// Limiters that were found lately, by the very string objects that found them: a literal is hashed and compared once.
    /// </summary>
    private static int PlaceOf(string id) => id.Length == 0 ? 0 : (id[0] ^ (id[^1] << 2) ^ (id.Length << 3)) & (RecentPlaces - 1);

    [MethodImpl(MethodImplOptions.NoInlining)]
    private NamedLimiter FindByText(string id, NamedLimiter?[] recent)
    {
        if (!_limiters.TryGetValue(id, out NamedLimiter? limiter))
        {
            return FindAfterLoading(id);
        }

        // Into the array from before the look-up: if the limiter was removed meanwhile, that array is not used any more.
        if (limiter.TryTakeAlias(id))
        {
            Volatile.Write(ref recent[PlaceOf(id)], limiter);
        }

        return limiter;
    }

    /// <summary>A name is not in use any more.</summary>
    private void Retire(string id, NamedLimiter limiter)
    {
        _retired[id] = limiter;
        _limiters.TryRemove(id, out _);

        // ORDER: release, after the removal. PAIRS: Find, which notes the array before it looks the name up. ELSE: a limiter that is gone
        // could still be found.
        Volatile.Write(ref _recent, new NamedLimiter?[RecentPlaces]);
    }

    private NamedLimiter FindAfterLoading(string id)
    {
        EnsureLoaded();
        if (_limiters.TryGetValue(id, out NamedLimiter? limiter))
        {
            return limiter;
        }

        throw NotFound(id);
    }

    private LimiterNotFoundException NotFound(string id)
    {
        string? nearest = Names.Nearest(id, _limiters.Keys);
        string known = _limiters.IsEmpty ? "No limiter is configured." + WhereLookedFor()
            : nearest is not null ? $"Did you mean '{nearest}'?"
            : "Configured are: " + string.Join(", ", _limiters.Keys.Order(StringComparer.Ordinal).Take(20)) + ".";
        return new LimiterNotFoundException($"There is no limiter named '{id}'. {known}") { Id = id, Nearest = nearest };
    }

    private void ThrowIfDisposed() => ObjectDisposedException.ThrowIf(_disposed, this);
}
