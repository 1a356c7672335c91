using RateSync.Fast.Configuration;
using RateSync.Fast.Named;

namespace RateSync.Fast;

/// <content>Configuration files: finding, reading, watching, applying whole or not at all.</content>
public sealed partial class LimiterRegistry
{
    private const string FileName = "rate-sync.toml";
    private const string FileVariable = "RATE_SYNC_CONFIG";

    private readonly List<WatchedFile> _files = [];

    // What each file has said, in the order in which they were read.
    private readonly List<(string Source, RateSyncConfiguration Configuration)> _applied = [];

    // Limiters that no file names any more. When one does again it is the same limiter: what was spent stays spent, slots that are out stay out.
    private readonly Dictionary<string, NamedLimiter> _retired = new(StringComparer.Ordinal);
    private volatile bool _loaded;
    private PendingLimiters? _pending;
    private ITimer? _watch;

    /// <summary>
    /// Reads a configuration file: its limiters and stores are added to what there is, and replace what other files have said under the same
    /// names; what was configured by code stays. From then on the file is watched for changes.
    /// </summary>
    /// <param name="path">The file, in TOML.</param>
    /// <exception cref="ConfigurationException">The file cannot be read or does not hold; nothing was changed. All that is wrong with it is said at once.</exception>
    /// <exception cref="InvalidOperationException">Called while the same thread is in the middle of configuring.</exception>
    /// <exception cref="ObjectDisposedException">The registry has been disposed of.</exception>
    public void LoadConfig(string path)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(path);
        using Lock.Scope configuring = BeginConfiguring();
        Load(Path.GetFullPath(path));
        _loaded = true;
    }

    /// <summary>Applies a configuration that comes from somewhere else than a file, such as a host's settings.</summary>
    /// <param name="configuration">What to apply.</param>
    /// <param name="source">
    /// Where it comes from, in words. What an earlier one from there has said, and this one does not, is forgotten.
    /// </param>
    /// <returns>Names of the limiters that were changed, added or removed.</returns>
    /// <exception cref="ConfigurationException">It does not go together with what there is; nothing was changed.</exception>
    /// <exception cref="InvalidOperationException">Called while the same thread is in the middle of configuring.</exception>
    /// <exception cref="ObjectDisposedException">The registry has been disposed of.</exception>
    public IReadOnlyList<string> Apply(RateSyncConfiguration configuration, string source)
    {
        ArgumentNullException.ThrowIfNull(configuration);
        ArgumentException.ThrowIfNullOrWhiteSpace(source);
        using Lock.Scope configuring = BeginConfiguring();
        return ApplyAll(configuration, source);
    }

    /// <summary>Looks for a configuration, once.</summary>
    private void EnsureLoaded()
    {
        ThrowIfDisposed();
        if (_loaded)
        {
            return;
        }

        using Lock.Scope configuring = BeginConfiguring();
        if (!_loaded)
        {
            if (PathToLoad(out string? variable) is { } path)
            {
                LoadFirst(Path.GetFullPath(path), variable);
            }

            // Not before: a configuration that does not hold is no reason to go on without one.
            _loaded = true;
        }
    }

    /// <summary>Reads the file that was found. A name that a variable gives is nowhere in the program: whoever reads the message has to know.</summary>
    private void LoadFirst(string path, string? variable)
    {
        try
        {
            Load(path);
        }
        catch (ConfigurationException exception) when (variable is not null && !File.Exists(path))
        {
            throw new ConfigurationException(
                [
                    .. exception.Problems.Select(problem => problem with
                    {
                        Message = $"{problem.Message} The environment variable {FileVariable} names it: \"{variable}\".",
                    }),
                ],
                exception);
        }
    }

    /// <param name="variable">What the variable says, if that counts.</param>
    private string? PathToLoad(out string? variable)
    {
        variable = null;
        if (_options.ConfigurationPath is { } given)
        {
            return given;
        }

        if (!_options.AutoLoad)
        {
            return null;
        }

        string? named = (_options.Environment ?? System.Environment.GetEnvironmentVariable)(FileVariable);
        variable = string.IsNullOrWhiteSpace(named) ? null : named;
        return variable ?? PlacesToLook().FirstOrDefault(File.Exists);
    }

    private static IEnumerable<string> PlacesToLook()
    {
        foreach (string directory in new[] { Directory.GetCurrentDirectory(), AppContext.BaseDirectory }.Distinct(StringComparer.Ordinal))
        {
            yield return Path.Combine(directory, FileName);
            yield return Path.Combine(directory, "config", FileName);
        }
    }

    private string WhereLookedFor() => !_options.AutoLoad || _options.ConfigurationPath is not null || _files.Count > 0
        ? ""
        : $" There is no {FileName} at any of: {string.Join(", ", PlacesToLook())}; the variable {FileVariable} may name another place.";

    /// <summary>Reads a file, which may rely on stores and limiters that come from elsewhere.</summary>
    private RateSyncConfiguration Parse(string path)
    {
        List<string> stores = [];
        foreach ((string id, StoreEntry store) in _stores)
        {
            if (!IsFrom(store.Source, store.File, path))
            {
                stores.Add(id);
            }
        }

        List<string> limiters = [];
        foreach ((string id, NamedLimiter limiter) in _limiters)
        {
            if (!IsFrom(limiter.Source, limiter.File, path))
            {
                limiters.Add(id);
            }
        }

        return RateSyncConfiguration.ParseFile(path, _options.Environment, stores, limiters);
    }

    /// <summary>Reads a file and applies it. Within the lock.</summary>
    private void Load(string path)
    {
        FileStamp stamp = FileStamp.Of(path);
        RateSyncConfiguration configuration = Parse(path);
        ApplyAll(configuration, path);
        WatchedFile? watched = _files.Find(file => string.Equals(file.Path, path, StringComparison.Ordinal));
        if (watched is null)
        {
            watched = new WatchedFile(path);
            _files.Add(watched);
        }

        watched.Settle(stamp);
        if (_watch is null && _options.WatchInterval != Timeout.InfiniteTimeSpan)
        {
            // The timer must not keep the execution context of whoever happened to come first.
            AsyncFlowControl? flow = ExecutionContext.IsFlowSuppressed() ? null : ExecutionContext.SuppressFlow();
            _watch = _timeProvider.CreateTimer(
                static state => ((LimiterRegistry)state!).LookAtFiles(), this, _options.WatchInterval, _options.WatchInterval);
            flow?.Undo();
        }
    }

    /// <summary>Makes all that a configuration says, or throws with nothing changed; then puts it in force, which cannot fail. Within the lock.</summary>
    /// <returns>Names of what was changed.</returns>
    private List<string> ApplyAll(RateSyncConfiguration configuration, string source)
    {
        KeyValuePair<string, StoreEntry>[] storesBefore = _stores.ToArray();
        _pending = new PendingLimiters(this, configuration.Limiters, source);
        try
        {
            ReplaceStores(configuration, source);
            List<Change> changes = Prepare(configuration, source, _pending);
            return Commit(configuration, source, changes, _pending.Made);
        }
        catch (Exception exception)
        {
            _stores.Clear();
            foreach ((string id, StoreEntry entry) in storesBefore)
            {
                _stores[id] = entry;
            }

            foreach (NamedLimiter limiter in _pending.Made.Values)
            {
                limiter.DisposeWithClones();
            }

            if (exception is not RateSyncException)
            {
                throw;
            }

            IReadOnlyList<ConfigurationProblem> problems = exception is ConfigurationException { Problems.Count: > 0 } all
                ? [.. all.Problems.Select(problem => problem.File is null ? problem with { File = source } : problem)]
                : [new ConfigurationProblem { File = source, Message = exception.Message }];
            throw new ConfigurationException(problems, exception);
        }
        finally
        {
            _pending = null;
        }
    }

    /// <summary>Makes all that has to be made, and finds out what is wrong. Changes nothing.</summary>
    private List<Change> Prepare(RateSyncConfiguration configuration, string source, PendingLimiters pending)
    {
        Dictionary<string, (LimiterOptions Options, string? File)> after = AfterApplying(configuration, source);
        CheckRounds(after, source);
        List<Change> changes = [];
        foreach ((string id, (LimiterOptions options, string? file)) in after)
        {
            NamedLimiter? existing = FindOrRetired(id);
            if (file is not null || options.Store is not null)
            {
                CheckStore(id, options.Store);
            }

            if (existing is null)
            {
                pending.TryMake(id, out _);
            }
            else if (!existing.Options.Equals(options) || existing.HasStoreChanged)
            {
                changes.Add(new Change(existing, existing.Prepare(options), file));
            }
            else if (file is not null)
            {
                changes.Add(new Change(existing, null, file));
            }
        }

        return changes;
    }

    /// <summary>
    /// What each name will stand for, and the file that says so; null for what stays with whoever has configured it. What code says stays; of several files
    /// that which was read last counts, and when that says it no more, the one before.
    /// </summary>
    private Dictionary<string, (LimiterOptions Options, string? File)> AfterApplying(RateSyncConfiguration configuration, string source)
    {
        Dictionary<string, (LimiterOptions Options, string? File)> after = new(StringComparer.Ordinal);
        foreach ((string id, NamedLimiter limiter) in _limiters)
        {
            if (!IsFrom(limiter.Source, limiter.File, source))
            {
                after[id] = (limiter.Options, null);
            }
            else if (!configuration.Limiters.ContainsKey(id)
                && _applied.FindLast(file => IsAnother(file.Source) && file.Configuration.Limiters.ContainsKey(id)) is { Source: not null } other)
            {
                after[id] = (other.Configuration.Limiters[id], other.Source);
            }
        }

        foreach ((string id, LimiterOptions options) in configuration.Limiters)
        {
            if (!_limiters.TryGetValue(id, out NamedLimiter? existing) || existing.Source == LimiterSource.File)
            {
                after[id] = (options, source);
            }
        }

        return after;

        bool IsAnother(string file) => !string.Equals(file, source, StringComparison.Ordinal);
    }

    /// <summary>Whether limiters of several files lead back to each other; within one file that has been looked at already.</summary>
    private static void CheckRounds(Dictionary<string, (LimiterOptions Options, string? File)> all, string source)
    {
        HashSet<string> left = new(all.Keys, StringComparer.Ordinal);
        while (left.RemoveWhere(id => all[id].Options.Limiters is not { } parts || !parts.Any(left.Contains)) > 0)
        {
        }

        if (left.FirstOrDefault(id => all[id].File is not null) is { } first)
        {
            string names = Names.List([.. left.Order(StringComparer.Ordinal)]);
            throw new ConfigurationException(
                [new ConfigurationProblem { File = source, Key = $"limiters.{first}.limiters", Message = $"Limiters refer to each other: {names}." }]);
        }
    }

    private List<string> Commit(
        RateSyncConfiguration configuration, string source, List<Change> changes, Dictionary<string, NamedLimiter> made)
    {
        HashSet<string> changed = new(StringComparer.Ordinal);
        HashSet<string> staying = new(StringComparer.Ordinal);
        foreach ((NamedLimiter limiter, NamedPlan? plan, string? file) in changes)
        {
            if (plan is not null)
            {
                limiter.Change(plan);
                changed.Add(limiter.Id);
            }

            if (file is not null)
            {
                limiter.SetOrigin(LimiterSource.File, file, null);
                staying.Add(limiter.Id);
                if (_retired.Remove(limiter.Id))
                {
                    _limiters[limiter.Id] = limiter;
                    changed.Add(limiter.Id);
                }
            }
        }

        foreach ((string id, NamedLimiter limiter) in made)
        {
            limiter.SetOrigin(LimiterSource.File, source, null);
            _limiters[id] = limiter;
            staying.Add(id);
            changed.Add(id);
        }

        // Whoever still holds on to one that is gone can use it to the end; by name it is not found any more.
        foreach ((string id, NamedLimiter limiter) in _limiters)
        {
            if (IsFrom(limiter.Source, limiter.File, source) && !staying.Contains(id))
            {
                Retire(id, limiter);
                changed.Add(id);
            }
        }

        _applied.RemoveAll(file => string.Equals(file.Source, source, StringComparison.Ordinal));
        _applied.Add((source, configuration));
        FollowLimits();
        return [.. changed];
    }

    private static bool IsFrom(LimiterSource source, string? file, string path) =>
        source == LimiterSource.File && string.Equals(file, path, StringComparison.Ordinal);

    private void ReplaceStores(RateSyncConfiguration configuration, string source)
    {
        foreach ((string id, StoreEntry entry) in _stores)
        {
            if (IsFrom(entry.Source, entry.File, source) && !configuration.Stores.ContainsKey(id))
            {
                _stores.TryRemove(id, out _);
            }
        }

        foreach ((string id, StoreOptions options) in configuration.Stores)
        {
            if (!_stores.TryGetValue(id, out StoreEntry? existing) || existing.Source == LimiterSource.File)
            {
                _stores[id] = new StoreEntry(options, LimiterSource.File, source);
            }
        }
    }

    /// <summary>What is done to a limiter that there is already: a plan, if it changes; the file it then comes from, if that says it now.</summary>
    private sealed record Change(NamedLimiter Limiter, NamedPlan? Plan, string? File);

    /// <summary>Limiters of a configuration that is being applied, made on demand as others refer to them.</summary>
    private sealed class PendingLimiters(LimiterRegistry registry, IReadOnlyDictionary<string, LimiterOptions> all, string source)
    {
        private readonly HashSet<string> _under = new(StringComparer.Ordinal);

        public Dictionary<string, NamedLimiter> Made { get; } = new(StringComparer.Ordinal);

        public bool TryMake(string id, out NamedLimiter? limiter)
        {
            if (Made.TryGetValue(id, out limiter))
            {
                return true;
            }

            if (!all.TryGetValue(id, out LimiterOptions? options))
            {
                return false;
            }

            if (!_under.Add(id))
            {
                throw new ConfigurationException(
                    [new ConfigurationProblem { File = source, Key = $"limiters.{id}.limiters", Message = $"Limiter '{id}' refers to itself." }]);
            }

            limiter = new NamedLimiter(id, options, registry._parts, registry._timeProvider);
            Made.Add(id, limiter);
            return true;
        }
    }
}
