using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Primitives;

namespace RateSync.Fast.DependencyInjection.Hosting;

/// <summary>Limiters from a section of the application's configuration, as it changes.</summary>
internal sealed class LiveSection : IDisposable
{
    /// <summary>Stores or limiters, and the name of one.</summary>
    private const int TableDepth = 2;

    private readonly LimiterRegistry _registry;
    private readonly IConfigurationSection _section;
    private readonly IConfigurationRoot? _root;
    private readonly Func<string, string?>? _environment;
    private readonly ILogger _logger;
    private readonly string _name;

    // A lock: one look after the other. The registry is called within it, and never calls back.
    private readonly Lock _gate = new();
    private List<KeyValuePair<string, string?>> _seen = [];
    private bool _hasApplied;
    private IDisposable? _watch;
    private bool _disposed;

    public LiveSection(
        LimiterRegistry registry,
        IConfigurationSection section,
        IConfigurationRoot? root,
        Func<string, string?>? environment,
        ILogger logger)
    {
        _registry = registry;
        _section = section;
        _root = root;
        _environment = environment;
        _logger = logger;
        _name = $"section {section.Path}";
    }

    /// <summary>Reads it and puts it in force.</summary>
    /// <returns>What is wrong; if anything, nothing was changed.</returns>
    public IReadOnlyList<ConfigurationProblem> Load()
    {
        lock (_gate)
        {
            _seen = Values();
            return Apply(out _, out _, out _);
        }
    }

    /// <summary>From now on applies changes.</summary>
    public void Watch()
    {
        _watch = ChangeToken.OnChange(_section.GetReloadToken, () => Reload(isForced: false));

        // It may have changed since it was loaded.
        Reload(isForced: false);
    }

    /// <summary>Looks at it again.</summary>
    /// <param name="isForced">Whether to apply it even if it says what it said the last time.</param>
    public void Reload(bool isForced)
    {
        lock (_gate)
        {
            List<KeyValuePair<string, string?>> now = Values();
            if (_disposed || (!isForced && now.SequenceEqual(_seen)))
            {
                // The token is that of the whole configuration; mostly it is about something else.
                return;
            }

            _seen = now;
            try
            {
                ConfigurationProblem[] problems = Apply(
                    out IReadOnlyList<string> changed, out IReadOnlyList<string> added, out IReadOnlyList<string> removed);
                if (problems.Length > 0)
                {
                    Log.Rejected(_logger, _name, problems);
                }
                else if (changed.Count > 0 || !isForced)
                {
                    Log.Applied(_logger, _name, changed, added, removed);
                }
            }
            catch (ObjectDisposedException)
            {
                // The container has just been disposed of, on another thread.
            }
        }
    }

    public void Dispose()
    {
        lock (_gate)
        {
            _disposed = true;
        }

        _watch?.Dispose();
    }

    private ConfigurationProblem[] Apply(
        out IReadOnlyList<string> changed, out IReadOnlyList<string> added, out IReadOnlyList<string> removed)
    {
        changed = added = removed = [];
        if (_seen.Count == 0)
        {
            return Nothing();
        }

        try
        {
            RateSyncConfiguration configuration = RateSyncConfiguration.FromValues(
                _seen,
                _environment,
                [.. _registry.ListStores().Values.Where(store => !IsOwn(store.File)).Select(static store => store.Id)],
                [.. _registry.ListLimiters().Values.Where(limiter => !IsOwn(limiter.File)).Select(static limiter => limiter.Id)]);
            IReadOnlyDictionary<string, LimiterInfo> before = _registry.ListLimiters();
            changed = _registry.Apply(configuration, _name);
            IReadOnlyDictionary<string, LimiterInfo> after = _registry.ListLimiters();
            added = [.. changed.Where(id => !before.ContainsKey(id))];
            removed = [.. changed.Where(id => !after.ContainsKey(id))];
            _hasApplied = true;
            foreach (ConfigurationProblem note in configuration.Notes)
            {
                Log.Note(_logger, Place(note));
            }

            return [];
        }
        catch (ConfigurationException exception)
        {
            return [.. exception.Problems.Select(Place)];
        }
    }

    /// <summary>
    /// A section that is gone is more likely a file that is being written, or cannot be read, than the wish for no limits at all.
    /// </summary>
    private ConfigurationProblem[] Nothing()
    {
        if (_hasApplied)
        {
            return
            [
                new ConfigurationProblem
                {
                    File = _name,
                    Key = _section.Path,
                    Expected = "stores and limiters",
                    Found = "nothing",
                    Message = $"The section {_section.Path} is gone; its limiters stay. "
                        + "To remove all of them, leave Limiters there, as an empty object.",
                },
            ];
        }

        Log.Note(_logger, new ConfigurationProblem { Key = _section.Path, Message = $"The section {_section.Path} is not there, or empty." });
        return [];
    }

    private bool IsOwn(string? file) => string.Equals(file, _name, StringComparison.Ordinal);

    /// <summary>The problem with the path in the whole configuration, and who of its providers says so.</summary>
    private ConfigurationProblem Place(ConfigurationProblem problem)
    {
        // Of references that lead back from one source to another the key is that of files.
        string relative = AsWritten(problem.Key.Replace('.', ':'));
        bool isOfSection = problem.Message.StartsWith(problem.Key, StringComparison.Ordinal);
        string path = problem.Key.Length == 0 ? _section.Path : $"{_section.Path}:{(isOfSection ? problem.Key : relative)}";
        return problem with
        {
            File = Origin.Of(_root, path) ?? _name,
            Key = path,
            Message = problem.Key.Length > 0 && isOfSection ? path + problem.Message[problem.Key.Length..] : $"{path}: {problem.Message}",
        };
    }

    /// <summary>A key of files, which are in small letters, with its first part as the section has it.</summary>
    private string AsWritten(string key)
    {
        string? first = _section.GetChildren().Select(static child => child.Key)
            .FirstOrDefault(child => key.StartsWith(child + ":", StringComparison.OrdinalIgnoreCase));
        return first is null ? key : first + key[first.Length..];
    }

    private List<KeyValuePair<string, string?>> Values()
    {
        List<KeyValuePair<string, string?>> values = [];
        Add(_section, 0);
        return values;

        bool Add(IConfigurationSection section, int depth)
        {
            bool any = false;
            foreach (IConfigurationSection child in section.GetChildren())
            {
                any = true;
                string? value = child.Value;
                if (!Add(child, depth + 1) && depth < TableDepth)
                {
                    // An empty object is a table with nothing in it, and not the absence of one.
                    value ??= "";
                }

                if (value is not null)
                {
                    values.Add(KeyValuePair.Create<string, string?>(child.Path[(_section.Path.Length + 1)..], value));
                }
            }

            return any;
        }
    }
}
