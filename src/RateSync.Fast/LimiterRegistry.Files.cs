using RateSync.Fast.Configuration;
using RateSync.Fast.Named;

namespace RateSync.Fast;

/// <content>Configuration files: finding, reading, watching.</content>
public sealed partial class LimiterRegistry
{
    private const string FileName = "rate-sync.toml";
    private const string FileVariable = "RATE_SYNC_CONFIG";

    private readonly List<WatchedFile> _files = [];

    // What each file has said, in the order in which they were read.
    private readonly List<Applied> _applied = [];

    // Limiters that no file names any more. When one does again it is the same limiter: what was spent stays spent, slots that are out stay
    // out.
    private readonly Dictionary<string, NamedLimiter> _retired = new(StringComparer.Ordinal);
    private volatile bool _loaded;
    private PendingLimiters? _pending;
    private ITimer? _watch;

    /// <summary>
    /// Reads a configuration file: its limiters and stores are added to what there is, and replace what other files have said under the
    /// same names; what was configured by code stays. From then on the file is watched for changes.
    /// </summary>
    /// <param name="path">The file, in TOML.</param>
    /// <exception cref="ConfigurationException">
    /// The file cannot be read or does not hold; nothing was changed. All that is wrong with it is said at once.
    /// </exception>
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
        return ApplyAll(configuration, source).Changed;
    }

    /// <summary>Looks for a configuration, once.</summary>
    private void EnsureLoaded()
    {
        ThrowIfDisposed();
        if (_loaded)
        {
            return;
        }

        LoadOnce();
        _telemetry.BeginLater();
    }

    private void LoadOnce()
    {
        ThrowIfConfiguring();
        using Lock.Scope configuring = EnterGate();
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

    /// <summary>
    /// Reads the file that was found. A name that a variable gives is nowhere in the program: whoever reads the message has to know.
    /// </summary>
    private void LoadFirst(string path, string? variable)
    {
        try
        {
            Load(path);
        }
        catch (ConfigurationException exception) when (variable is not null && !File.Exists(path))
        {
            throw NamedBy(variable, exception);
        }
    }

    private static ConfigurationException NamedBy(string variable, ConfigurationException exception) => new(
        [
            .. exception.Problems.Select(problem => problem with
            {
                Message = $"{problem.Message} The environment variable {FileVariable} names it: \"{variable}\".",
            }),
        ],
        exception);

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
        return variable ?? Array.Find(PlacesToLook(), File.Exists);
    }

    private static string[] PlacesToLook()
    {
        string here = Directory.GetCurrentDirectory();
        string beside = AppContext.BaseDirectory;
        return string.Equals(here, beside, StringComparison.Ordinal)
            ? [Path.Combine(here, FileName), Path.Combine(here, "config", FileName)]
            :
            [
                Path.Combine(here, FileName), Path.Combine(here, "config", FileName),
                Path.Combine(beside, FileName), Path.Combine(beside, "config", FileName),
            ];
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
        Watched(path).Settle(stamp);
        if (_watch is null && _options.WatchInterval != Timeout.InfiniteTimeSpan)
        {
            // The timer must not keep the execution context of whoever happened to come first.
            bool flows = !ExecutionContext.IsFlowSuppressed();
            AsyncFlowControl flow = flows ? ExecutionContext.SuppressFlow() : default;
            _watch = _timeProvider.CreateTimer(
                static state => ((LimiterRegistry)state!).LookAtFiles(), this, _options.WatchInterval, _options.WatchInterval);
            if (flows)
            {
                flow.Undo();
            }
        }
    }

    private WatchedFile Watched(string path)
    {
        foreach (WatchedFile file in _files)
        {
            if (string.Equals(file.Path, path, StringComparison.Ordinal))
            {
                return file;
            }
        }

        WatchedFile watched = new(path);
        _files.Add(watched);
        return watched;
    }
}
