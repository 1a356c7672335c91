using RateSync.Fast.Configuration;
using RateSync.Fast.Named;

namespace RateSync.Fast;

/// <content>Applying what a file says, whole or not at all.</content>
public sealed partial class LimiterRegistry
{
    /// <summary>
    /// Makes all that a configuration says, or throws with nothing changed; then puts it in force, which cannot fail. Within the lock.
    /// </summary>
    /// <returns>Names of what was changed.</returns>
    private Effect ApplyAll(RateSyncConfiguration configuration, string source)
    {
        // Not ToArray, here and wherever a configuration is read for the first time: it sets up the tracing of locks, which takes
        // milliseconds.
        Dictionary<string, StoreEntry> storesBefore = new(StringComparer.Ordinal);
        foreach ((string id, StoreEntry entry) in _stores)
        {
            storesBefore[id] = entry;
        }

        _pending = new PendingLimiters(this, configuration.Limiters, source);
        try
        {
            ReplaceStores(configuration, source);
            List<Change> changes = Prepare(configuration, source, _pending);
            return Commit(configuration, source, changes, _pending.Made);
        }
        catch (Exception exception)
        {
            GoBack(storesBefore, _pending.Made);
            if (exception is RateSyncException)
            {
                throw Refused(exception, source);
            }

            throw;
        }
        finally
        {
            _pending = null;
        }
    }

    private static ConfigurationException Refused(Exception exception, string source) => new(
        exception is ConfigurationException { Problems.Count: > 0 } all
            ? [.. all.Problems.Select(problem => problem.File is null ? problem with { File = source } : problem)]
            : [new ConfigurationProblem { File = source, Message = exception.Message }],
        exception);

    /// <summary>
    /// As if nothing had been applied. Apart from where it is called, so that a method with loops in a handler need not be optimized before
    /// it runs.
    /// </summary>
    private void GoBack(Dictionary<string, StoreEntry> stores, Dictionary<string, NamedLimiter> made)
    {
        _stores.Clear();
        foreach ((string id, StoreEntry entry) in stores)
        {
            _stores[id] = entry;
        }

        foreach (NamedLimiter limiter in made.Values)
        {
            limiter.DisposeWithClones();
        }
    }

    /// <summary>Makes all that has to be made, and finds out what is wrong. Changes nothing.</summary>
    private List<Change> Prepare(RateSyncConfiguration configuration, string source, PendingLimiters pending)
    {
        Dictionary<string, Purpose> after = AfterApplying(configuration, source);
        if (_required.Count > 0)
        {
            CheckRequired(configuration, after, source);
        }

        CheckReferences(after, source);
        List<Change> changes = [];
        foreach ((string id, Purpose purpose) in after)
        {
            LimiterOptions options = purpose.Options;
            string? file = purpose.File;
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
    /// What each name will stand for, and the file that says so; null for what stays with whoever has configured it. What code says stays;
    /// of several files that which was read last counts, and when that says it no more, the one before.
    /// </summary>
    private Dictionary<string, Purpose> AfterApplying(RateSyncConfiguration configuration, string source)
    {
        Dictionary<string, Purpose> after = new(StringComparer.Ordinal);
        foreach ((string id, NamedLimiter limiter) in _limiters)
        {
            if (!IsFrom(limiter.Source, limiter.File, source))
            {
                after[id] = new Purpose(limiter.Options, null);
            }
            else if (!configuration.Limiters.ContainsKey(id) && LastOther(source, id) is { } other)
            {
                after[id] = new Purpose(other.Configuration.Limiters[id], other.Source);
            }
        }

        foreach ((string id, LimiterOptions options) in configuration.Limiters)
        {
            if (!_limiters.TryGetValue(id, out NamedLimiter? existing) || existing.Source == LimiterSource.File)
            {
                after[id] = new Purpose(options, source);
            }
        }

        return after;
    }

    /// <summary>What was read last of all but one file that says something about a limiter.</summary>
    private Applied? LastOther(string source, string id) =>
        _applied.FindLast(file => !string.Equals(file.Source, source, StringComparison.Ordinal) && file.Configuration.Limiters.ContainsKey(id));

    /// <summary>Whether limiters of several files lead back to each other; within one file that has been looked at already.</summary>
    private void CheckReferences(Dictionary<string, Purpose> all, string source)
    {
        bool any = false;
        foreach (Purpose purpose in all.Values)
        {
            any |= purpose.Options.Limiters is not null;
        }

        if (any)
        {
            CheckRounds(all, source);
            CheckStrictParts(all, source);
        }
    }

    private void CheckStrictParts(Dictionary<string, Purpose> all, string source) => StrictParts.Check(
        all.ToDictionary(static limiter => limiter.Key, static limiter => limiter.Value.Options, StringComparer.Ordinal),
        StoreOptionsNow(),
        source);

    private static void CheckRounds(Dictionary<string, Purpose> all, string source)
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

    private Effect Commit(
        RateSyncConfiguration configuration, string source, List<Change> changes, Dictionary<string, NamedLimiter> made)
    {
        HashSet<string> changed = new(StringComparer.Ordinal);
        HashSet<string> staying = new(StringComparer.Ordinal);
        List<string> added = [];
        List<string> removed = [];
        if (changes.Count > 0)
        {
            Commit(changes, changed, staying, added);
        }

        foreach ((string id, NamedLimiter limiter) in made)
        {
            limiter.SetOrigin(LimiterSource.File, source, null);
            _limiters[id] = limiter;
            staying.Add(id);
            changed.Add(id);
            added.Add(id);
        }

        // Whoever still holds on to one that is gone can use it to the end; by name it is not found any more.
        foreach ((string id, NamedLimiter limiter) in _limiters)
        {
            if (IsFrom(limiter.Source, limiter.File, source) && !staying.Contains(id))
            {
                Retire(id, limiter);
                changed.Add(id);
                removed.Add(id);
            }
        }

        for (int i = _applied.Count - 1; i >= 0; i--)
        {
            if (string.Equals(_applied[i].Source, source, StringComparison.Ordinal))
            {
                _applied.RemoveAt(i);
            }
        }

        _applied.Add(new Applied(source, configuration));
        FollowLimits();

        // Not as a collection expression, which would go through queries.
        List<string> names = new(changed.Count);
        names.AddRange(changed);
        return new Effect(names, added, removed);
    }

    private void Commit(List<Change> changes, HashSet<string> changed, HashSet<string> staying, List<string> added)
    {
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
                    added.Add(limiter.Id);
                }
            }
        }
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

    /// <summary>What a name stands for, and the file that says so, if one does.</summary>
    private sealed class Purpose(LimiterOptions options, string? file)
    {
        public readonly LimiterOptions Options = options;
        public readonly string? File = file;
    }

    /// <summary>Names of limiters that were changed, added or removed, and of those that were added or removed.</summary>
    private sealed class Effect(List<string> changed, List<string> added, List<string> removed)
    {
        public readonly List<string> Changed = changed;
        public readonly List<string> Added = added;
        public readonly List<string> Removed = removed;
    }

    /// <summary>What a file has said.</summary>
    private sealed class Applied(string source, RateSyncConfiguration configuration)
    {
        public readonly string Source = source;
        public readonly RateSyncConfiguration Configuration = configuration;
    }

    /// <summary>
    /// What is done to a limiter that there is already: a plan, if it changes; the file it then comes from, if that says it now.
    /// </summary>
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
