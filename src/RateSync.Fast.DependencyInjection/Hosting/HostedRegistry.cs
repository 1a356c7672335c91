using System.Diagnostics.Metrics;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace RateSync.Fast.DependencyInjection.Hosting;

/// <summary>The registry of a container: makes it, fills it, keeps it up to date, and lets go of it with the container.</summary>
internal sealed class HostedRegistry : IDisposable
{
    private readonly ILogger _logger;
    private readonly bool _isOwned;
    private readonly bool _isProcessDefault;
    private readonly string? _contentRoot;
    private readonly CodeLimits _code;
    private readonly List<LiveSection> _sections = [];
    private readonly IDisposable? _optionsWatch;

    // A lock: one change of the options after the other.
    private readonly Lock _gate = new();
    private string? _path;
    private volatile bool _disposed;

    /// <param name="provider">The container.</param>
    /// <param name="existing">The registry, if it is not the container's own.</param>
    public HostedRegistry(IServiceProvider provider, LimiterRegistry? existing)
    {
        ILoggerFactory loggers = provider.GetService<ILoggerFactory>() ?? NullLoggerFactory.Instance;
        _logger = loggers.CreateLogger("RateSync.Fast");
        _contentRoot = provider.GetService<IHostEnvironment>()?.ContentRootPath;
        IOptionsMonitor<RateSyncOptions> monitor = provider.GetRequiredService<IOptionsMonitor<RateSyncOptions>>();
        RateSyncOptions options = monitor.CurrentValue;
        _path = FullPath(options.ConfigurationPath);
        _isOwned = existing is null;
        Registry = existing ?? new LimiterRegistry(new LimiterRegistryOptions
        {
            TimeProvider = provider.GetService<TimeProvider>(),
            MeterFactory = provider.GetService<IMeterFactory>(),
            ConfigurationPath = _path,
            AutoLoad = options.AutoLoad,
            WatchInterval = options.WatchInterval,
            Environment = options.Environment,
        });
        _code = new CodeLimits(Registry);
        foreach (SettingsSection section in provider.GetServices<SettingsSection>())
        {
            IConfigurationRoot? root = Origin.RootOf(section, provider.GetService<IConfiguration>());
            _sections.Add(new LiveSection(Registry, section.Section, root, options.Environment, _logger));
        }

        try
        {
            Fill(options);
        }
        catch (ConfigurationException exception)
        {
            Log.Failed(_logger, "this host", exception.Problems);
            Abandon();
            throw;
        }
        catch
        {
            Abandon();
            throw;
        }

        Registry.Reloaded += OnFileReloaded;
        Registry.HandlerFailed += OnHandlerFailed;
        _optionsWatch = monitor.OnChange(OnOptionsChanged);
        foreach (LiveSection section in _sections)
        {
            section.Watch();
        }

        _isProcessDefault = options.UseAsProcessDefault;
        if (_isProcessDefault)
        {
            ProcessDefault.Set(Registry);
        }
    }

    public LimiterRegistry Registry { get; }

    /// <summary>Makes sure that everything can be used, or says why not.</summary>
    public async Task InitializeAsync(CancellationToken cancellationToken)
    {
        try
        {
            await Registry.InitializeAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (ConfigurationException exception)
        {
            Log.Failed(_logger, _path ?? "this host", exception.Problems);
            throw;
        }

        Log.Ready(_logger, Registry.ListLimiters().Count);
    }

    /// <summary>Makes sure that there are limiters of some names, now and after every change, or says which there are not.</summary>
    public void Require(IEnumerable<string> ids)
    {
        try
        {
            Registry.RequireLimiters([.. ids.Order(StringComparer.Ordinal)]);
        }
        catch (ConfigurationException exception)
        {
            Log.Failed(_logger, _path ?? "this host", exception.Problems);
            throw;
        }
    }

    public void Dispose()
    {
        if (_disposed)
        {
            return;
        }

        _disposed = true;
        _optionsWatch?.Dispose();
        Registry.Reloaded -= OnFileReloaded;
        Registry.HandlerFailed -= OnHandlerFailed;
        if (_isProcessDefault)
        {
            ProcessDefault.Remove(Registry);
        }

        Abandon();
    }

    private void Abandon()
    {
        foreach (LiveSection section in _sections)
        {
            section.Dispose();
        }

        if (_isOwned)
        {
            Registry.Dispose();
        }
    }

    /// <summary>Code, file, sections; then what of the code refers to a file or a section. All that is wrong is thrown together.</summary>
    private void Fill(RateSyncOptions options)
    {
        List<ConfigurationProblem> problems = _code.Apply(options);
        if (problems.Count == 0 && _sections.Count == 0)
        {
            // The file, if there is one, is read at the first use.
            return;
        }

        Registry.ListLimiters();
        List<ConfigurationProblem> all = [];
        foreach (LiveSection section in _sections)
        {
            all.AddRange(section.Load());
        }

        if (problems.Count > 0)
        {
            all.AddRange(_code.Apply(options));
        }

        if (all.Count > 0)
        {
            throw new ConfigurationException(all);
        }
    }

    private void OnFileReloaded(object? sender, ConfigurationReloadedEventArgs result)
    {
        if (!result.Succeeded)
        {
            Log.Rejected(_logger, result.Path, result.Problems);
            return;
        }

        Log.Applied(_logger, result.Path, result.Changed, result.Added, result.Removed);

        // What both name was just taken from the file; and a section may have waited for what the file says now.
        foreach (LiveSection section in _sections)
        {
            section.Reload(isForced: true);
        }
    }

    private void OnHandlerFailed(object? sender, ErrorEventArgs error) => Log.HandlerFailed(_logger, error.GetException());

    private void OnOptionsChanged(RateSyncOptions options, string? name)
    {
        if (!string.IsNullOrEmpty(name))
        {
            return;
        }

        lock (_gate)
        {
            if (_disposed)
            {
                return;
            }

            try
            {
                ApplyChanged(options);
            }
            catch (ObjectDisposedException)
            {
                // The container has just been disposed of, on another thread.
            }
        }
    }

    private void ApplyChanged(RateSyncOptions options)
    {
        const string Source = "options";
        IReadOnlyList<string> changed = _code.Changed(options);
        HashSet<string> before = [.. Registry.ListLimiters().Keys];
        List<ConfigurationProblem> problems = _code.Apply(options);
        if (problems.Count > 0)
        {
            Log.Rejected(_logger, Source, problems);
        }
        else if (changed.Count > 0)
        {
            Log.Applied(_logger, Source, changed, [.. changed.Where(id => !before.Contains(id))], []);
        }

        string? path = FullPath(options.ConfigurationPath);
        if (path is null || string.Equals(path, _path, StringComparison.Ordinal))
        {
            return;
        }

        try
        {
            before = [.. Registry.ListLimiters().Keys];
            Registry.LoadConfig(path);
            _path = path;
            string[] added = [.. Registry.ListLimiters().Keys.Where(id => !before.Contains(id))];
            Log.Applied(_logger, path, added, added, []);
        }
        catch (ConfigurationException exception)
        {
            Log.Rejected(_logger, path, exception.Problems);
        }
    }

    private string? FullPath(string? path) => path is null || _contentRoot is null ? path : Path.Combine(_contentRoot, path);
}
