using System.Diagnostics.Metrics;
using RateSync.Fast.Engine;

namespace RateSync.Fast;

/// <summary>How a <see cref="LimiterRegistry"/> finds its configuration and what it stands on.</summary>
public sealed record LimiterRegistryOptions
{
    /// <summary>The clock of every limiter, and of the watch on files.</summary>
    /// <value>By default the system's.</value>
    public TimeProvider? TimeProvider { get; init; }

    /// <summary>The configuration file, read at the first use. Instead of looking for one.</summary>
    /// <value>By default null: it is looked for, if <see cref="AutoLoad"/> is on.</value>
    public string? ConfigurationPath { get; init; }

    /// <summary>
    /// Whether a configuration is looked for at the first use: the file named by the environment variable <c>RATE_SYNC_CONFIG</c>, else
    /// <c>rate-sync.toml</c> or <c>config/rate-sync.toml</c> in the current directory, else the same beside the program.
    /// </summary>
    /// <value>By default true.</value>
    public bool AutoLoad { get; init; } = true;

    /// <summary>
    /// How often configuration files are looked at for changes. A change is applied when the file has stood still from one look to the
    /// next, so that a file that is being written is not taken for a whole one.
    /// </summary>
    /// <value>By default half a second. <see cref="Timeout.InfiniteTimeSpan"/> for never.</value>
    public TimeSpan WatchInterval { get; init; } = TimeSpan.FromMilliseconds(500);

    /// <summary>Where <c>${NAME}</c> in a configuration comes from.</summary>
    /// <value>By default the process's environment variables.</value>
    public Func<string, string?>? Environment { get; init; }

    /// <summary>Makes the registry's meter.</summary>
    /// <value>By default null: a meter named <c>RateSync.Fast</c> of its own.</value>
    public IMeterFactory? MeterFactory { get; init; }

    internal void Validate()
    {
        if (WatchInterval != Timeout.InfiniteTimeSpan && WatchInterval < TimeSpan.FromMilliseconds(1))
        {
            Check.Throw(
                nameof(WatchInterval), WatchInterval, "It must be a millisecond or more, or Timeout.InfiniteTimeSpan to never look for changes.");
        }
    }
}
