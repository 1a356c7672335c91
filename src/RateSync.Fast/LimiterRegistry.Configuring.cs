using RateSync.Fast.Configuration;
using RateSync.Fast.Named;
using RateSync.Fast.State;

namespace RateSync.Fast;

/// <content>Configuring by code, cloning, and what a file is turned into.</content>
public sealed partial class LimiterRegistry
{
    private readonly Parts _parts;

    /// <summary>Says how limits are kept. A store of that name is replaced, whatever configured it.</summary>
    /// <param name="id">The store's name.</param>
    /// <param name="options">What kind of store, and how it is reached.</param>
    /// <exception cref="ArgumentException">The name is empty.</exception>
    /// <exception cref="InvalidOperationException">Called while the same thread is in the middle of configuring.</exception>
    /// <exception cref="ObjectDisposedException">The registry has been disposed of.</exception>
    public void ConfigureStore(string id, StoreOptions options)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(id);
        ArgumentNullException.ThrowIfNull(options);
        using Lock.Scope configuring = BeginConfiguring();
        _stores[id] = new StoreEntry(options, LimiterSource.Code, null);

        // Whoever refers to it may be able to work now, or not any more.
        foreach (NamedLimiter limiter in _limiters.Values)
        {
            limiter.RevisitStore();
        }

        FollowLimits();
    }

    /// <summary>
    /// Says what is limited. If there is a limiter of that name already it is changed in place: what was spent stays spent, whoever waits
    /// stays in line, slots that are out stay out.
    /// </summary>
    /// <param name="id">The limiter's name.</param>
    /// <param name="options">What it does.</param>
    /// <exception cref="ArgumentException">The name is empty.</exception>
    /// <exception cref="ConfigurationException">
    /// The options do not go together, or a number is out of range; nothing was changed.
    /// </exception>
    /// <exception cref="StoreNotFoundException">There is no store of the name that the options give.</exception>
    /// <exception cref="InvalidOperationException">Called while the same thread is in the middle of configuring.</exception>
    /// <exception cref="ObjectDisposedException">The registry has been disposed of.</exception>
    public void ConfigureLimiter(string id, LimiterOptions options)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(id);
        ArgumentNullException.ThrowIfNull(options);
        using Lock.Scope configuring = BeginConfiguring();
        Put(id, options, LimiterSource.Code, file: null, clonedFrom: null);
    }

    /// <summary>
    /// Makes a limiter of its own that does what another one does, with nothing spent. Where there are many, one for each user, say, use
    /// <see cref="For(string, string)"/>: that costs a few bytes for each instead of an object.
    /// </summary>
    /// <param name="source">The limiter to copy.</param>
    /// <param name="id">
    /// The name of the copy. If there is already one, made from the same source with the same overrides, it is returned.
    /// </param>
    /// <param name="overrides">What is different about the copy; null for nothing.</param>
    /// <returns>The copy.</returns>
    /// <exception cref="LimiterNotFoundException">There is no limiter to copy.</exception>
    /// <exception cref="InvalidOperationException">There is a limiter of that name that is something else.</exception>
    /// <exception cref="ConfigurationException">The overrides do not go together with the source's options.</exception>
    public Limiter CloneLimiter(string source, string id, LimiterOverrides? overrides = null)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(id);
        LimiterOptions copied = Find(source).Options;
        LimiterOptions options = overrides?.ApplyTo(copied) ?? copied;
        if (!_limiters.TryGetValue(id, out NamedLimiter? existing))
        {
            using Lock.Scope configuring = BeginConfiguring();
            if (!_limiters.TryGetValue(id, out existing))
            {
                return Put(id, options, LimiterSource.Clone, file: null, clonedFrom: source);
            }
        }

        return string.Equals(existing.ClonedFrom, source, StringComparison.Ordinal) && existing.Options.Equals(options)
            ? existing
            : throw new InvalidOperationException(
                $"There is a limiter named '{id}' already, and it is not that clone of '{source}': choose another name, or use For('{source}', key).");
    }

    /// <summary>
    /// The limiter of one user, tenant or whatever the key is: each key has the limits of the named limiter to itself. A key costs some 16
    /// to 32 bytes for each limit, and no object; one that is as good as unused is forgotten, and nobody gains a permit by it.
    /// </summary>
    /// <param name="id">The named limiter. When it is changed, its clones are.</param>
    /// <param name="key">
    /// Whose limit it is. The empty text is a key like any other: what callers are known by has to be looked at before.
    /// </param>
    /// <returns>A handle that may be kept or made anew for each call: both are the same.</returns>
    /// <exception cref="LimiterNotFoundException">There is no limiter of that name.</exception>
    /// <exception cref="ConfigurationException">
    /// What the limiter does cannot be done for each key: it is made of others, has priorities, or lets tenants take turns.
    /// </exception>
    /// <exception cref="StoreUnavailableException">The limiter's store is not to be had.</exception>
    public LimiterClone For(string id, string key) => Find(id).Clones.For(key);

    /// <summary>
    /// As <see cref="For(string, string)"/>, for a key that may be a client's address, a number or a <see cref="Guid"/> as well.
    /// </summary>
    /// <param name="id">The named limiter. When it is changed, its clones are.</param>
    /// <param name="key">Whose limit it is. Of an IPv6 address the first 64 bits count, which a client commonly has for itself.</param>
    /// <returns>A handle. Its <see cref="LimiterClone.Key"/> is the key as text, which is made from all that is no string.</returns>
    /// <exception cref="LimiterNotFoundException">There is no limiter of that name.</exception>
    /// <exception cref="ConfigurationException">
    /// What the limiter does cannot be counted for keys, as with one that is made of others.
    /// </exception>
    /// <exception cref="StoreUnavailableException">The limiter's store is not to be had.</exception>
    public LimiterClone For(string id, LimiterKey key) => Find(id).Clones.For(key);

    /// <summary>
    /// As <see cref="For(string, string, LimiterOverrides)"/>, for a key that may be a client's address, a number or a <see cref="Guid"/>
    /// as well.
    /// </summary>
    /// <param name="id">The named limiter.</param>
    /// <param name="key">Whose limit it is. Of an IPv6 address the first 64 bits count, which a client commonly has for itself.</param>
    /// <param name="overrides">What is different about it. The same key with other overrides is another clone.</param>
    /// <returns>A handle.</returns>
    /// <exception cref="LimiterNotFoundException">There is no limiter of that name.</exception>
    /// <exception cref="ConfigurationException">The overrides do not go together with what the limiter does.</exception>
    public LimiterClone For(string id, LimiterKey key, LimiterOverrides overrides)
    {
        ArgumentNullException.ThrowIfNull(overrides);
        return Find(id).Clones.For(key, overrides);
    }

    /// <summary>
    /// As <see cref="For(string, string)"/>, with limits of its own: for each set of overrides, not for each key, a table is kept.
    /// </summary>
    /// <param name="id">The named limiter.</param>
    /// <param name="key">Whose limit it is.</param>
    /// <param name="overrides">What is different about it. The same key with other overrides is another clone.</param>
    /// <returns>A handle.</returns>
    /// <exception cref="LimiterNotFoundException">There is no limiter of that name.</exception>
    /// <exception cref="ConfigurationException">The overrides do not go together with what the limiter does.</exception>
    public LimiterClone For(string id, string key, LimiterOverrides overrides)
    {
        ArgumentNullException.ThrowIfNull(overrides);
        return Find(id).Clones.For(key, overrides);
    }

    /// <summary>What all clones of a limiter together have done.</summary>
    /// <param name="id">The named limiter.</param>
    /// <returns>A snapshot.</returns>
    /// <exception cref="LimiterNotFoundException">There is no limiter of that name.</exception>
    public KeyedMetrics GetCloneMetrics(string id) => Find(id).Clones.GetMetrics();

    /// <summary>Forbids configuring while configuring, which could only half apply.</summary>
    private Lock.Scope BeginConfiguring()
    {
        ThrowIfConfiguring();
        _telemetry.Begin();
        return EnterGate();
    }

    private void ThrowIfConfiguring()
    {
        if (_gate.IsHeldByCurrentThread)
        {
            throw new InvalidOperationException("The registry is being configured by this very thread: configure again after that is done.");
        }

        if (Era.IsInside)
        {
            throw new InvalidOperationException("This is within a limiter's own call, such as by its TimeProvider: configure from elsewhere.");
        }
    }

    private Lock.Scope EnterGate()
    {
        Lock.Scope scope = _gate.EnterScope();
        if (_disposed)
        {
            scope.Dispose();
            ThrowIfDisposed();
        }

        return scope;
    }

    /// <summary>Makes or changes one limiter. Within the lock.</summary>
    private NamedLimiter Put(string id, LimiterOptions options, LimiterSource source, string? file, string? clonedFrom)
    {
        CheckStore(id, options.Store);
        Dictionary<string, StoreOptions> stores = StoreOptionsNow();
        Dictionary<string, LimiterOptions> all =
            _limiters.ToDictionary(static limiter => limiter.Key, static limiter => limiter.Value.Options, StringComparer.Ordinal);
        all[id] = OptionRules.Check(id, options, stores, all);
        StrictParts.Check(all, stores, source: null);
        NamedLimiter? limiter = FindOrRetired(id);
        try
        {
            if (limiter is not null)
            {
                limiter.Change(limiter.Prepare(options));
            }
            else
            {
                limiter = new NamedLimiter(id, options, _parts, _timeProvider);
            }
        }
        catch (ArgumentException exception)
        {
            throw new ConfigurationException(
                [new ConfigurationProblem { Key = ConfigSource.Path(ConfigKeys.Limiters, id), Message = exception.Message }], exception);
        }

        limiter.SetOrigin(source, file, clonedFrom);
        _retired.Remove(id);
        _limiters[id] = limiter;
        FollowLimits();
        return limiter;
    }

    private Dictionary<string, StoreOptions> StoreOptionsNow() =>
        _stores.ToDictionary(static store => store.Key, static store => store.Value.Options, StringComparer.Ordinal);

    private NamedLimiter? FindOrRetired(string id) =>
        _limiters.TryGetValue(id, out NamedLimiter? limiter) || _retired.TryGetValue(id, out limiter) ? limiter : null;

    /// <summary>Limiters that refer to others can grant as much as those can now.</summary>
    private void FollowLimits()
    {
        foreach ((_, NamedLimiter limiter) in _limiters)
        {
            limiter.FollowLimit();
        }
    }

    private void CheckStore(string id, string? store)
    {
        if (store is null)
        {
            if (HasSeveralStores())
            {
                throw WhichStore(id);
            }
        }
        else if (!_stores.ContainsKey(store))
        {
            throw NoStore(id, store);
        }
    }

    private StoreNotFoundException WhichStore(string id) => new(
        $"Limiter '{id}' does not say which store it uses, and there are several: {Names.List([.. _stores.Keys.Order(StringComparer.Ordinal)])}.");

    private StoreNotFoundException NoStore(string id, string store)
    {
        string? nearest = Names.Nearest(store, _stores.Keys);
        string known = nearest is not null ? $"Did you mean '{nearest}'?"
            : _stores.IsEmpty ? "No store is configured; leave Store empty to keep the limit in memory, or configure one first."
            : $"Configured are: {Names.List([.. _stores.Keys.Order(StringComparer.Ordinal)])}.";
        return new StoreNotFoundException($"Limiter '{id}' uses the store '{store}', which there is not. {known}") { Id = store, Nearest = nearest };
    }

    private bool HasSeveralStores()
    {
        int count = 0;
        foreach (KeyValuePair<string, StoreEntry> _ in _stores)
        {
            count++;
        }

        return count > 1;
    }

    /// <summary>What limiters see of each other and of the stores.</summary>
    private sealed class Parts(LimiterRegistry registry) : INamedParts
    {
        public Limiter Find(string id)
        {
            // Within the lock, and while a file is applied possibly one that is not there for everybody yet.
            NamedLimiter? limiter = registry.FindOrRetired(id);
            if (limiter is not null || registry._pending?.TryMake(id, out limiter) == true)
            {
                return limiter!;
            }

            string? nearest = Names.Nearest(id, registry._limiters.Keys);
            throw new LimiterNotFoundException(
                $"There is no limiter named '{id}' to refer to." + (nearest is null ? "" : $" Did you mean '{nearest}'?"))
            { Id = id, Nearest = nearest };
        }

        public Func<Exception>? WhyUnavailable(string limiterId, string? store)
        {
            StoreEntry? entry = registry.StoreOf(store, out string name);
            return entry is null || entry.IsAvailable ? null : Unavailable(entry, limiterId, name);
        }

        private static Func<Exception> Unavailable(StoreEntry entry, string limiterId, string name)
        {
            return () => entry.Unavailable(limiterId, name);
        }
    }

    /// <summary>The store that a limiter uses; null for the memory of the process.</summary>
    private StoreEntry? StoreOf(string? store, out string name)
    {
        if (store is null)
        {
            // Of several none is meant more than another: whoever names none then stays in memory.
            StoreEntry? only = null;
            int count = 0;
            name = "";
            foreach ((string id, StoreEntry entry) in _stores)
            {
                (only, name) = (entry, id);
                count++;
            }

            return count == 1 ? only : null;
        }

        name = store;
        return _stores.TryGetValue(store, out StoreEntry? found) ? found : null;
    }
}
