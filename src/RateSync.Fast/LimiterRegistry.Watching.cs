using RateSync.Fast.Configuration;

namespace RateSync.Fast;

/// <content>Following configuration files that change.</content>
public sealed partial class LimiterRegistry
{
    /// <summary>The watch: a file that has changed, and has stood still since the last look, is read again.</summary>
    private void LookAtFiles()
    {
        List<ConfigurationReloadedEventArgs> results = [];
        lock (_gate)
        {
            if (_disposed)
            {
                return;
            }

            foreach (WatchedFile file in _files)
            {
                if (file.HasSettledAnew() && Reload(file) is { } result)
                {
                    results.Add(result);
                }
            }
        }

        foreach (ConfigurationReloadedEventArgs result in results)
        {
            Tell(result);
        }
    }

    /// <summary>Each of those who want to know. This is a timer's thread: what comes out of here ends the process.</summary>
    private void Tell(ConfigurationReloadedEventArgs result)
    {
        Guard(() => _telemetry.Reloaded(result.Succeeded));
        foreach (EventHandler<ConfigurationReloadedEventArgs> handler in Delegate.EnumerateInvocationList(Reloaded))
        {
            Guard(() => handler(this, result));
        }
    }

    private void Guard(Action call)
    {
        try
        {
            call();
        }
        catch (Exception exception)
        {
            ErrorEventArgs error = new(exception);
            foreach (EventHandler<ErrorEventArgs> handler in Delegate.EnumerateInvocationList(HandlerFailed))
            {
                try
                {
                    handler(this, error);
                }
                catch (Exception)
                {
                    // There is nobody left to tell.
                }
            }
        }
    }

    private ConfigurationReloadedEventArgs? Reload(WatchedFile file)
    {
        FileStamp before = FileStamp.Of(file.Path);
        ConfigurationReloadedEventArgs result;
        try
        {
            RateSyncConfiguration configuration = Parse(file.Path);
            if (FileStamp.Of(file.Path) != before)
            {
                // It was written while it was read.
                return null;
            }

            if (configuration is { Limiters.Count: 0, Stores.Count: 0 } && HasAnyFrom(file.Path))
            {
                throw new ConfigurationException([new ConfigurationProblem
                {
                    File = file.Path,
                    Expected = "limiters",
                    Found = "none",
                    Message = "The file says nothing any more, as if it had been cut off: its limiters stay. To do without them, start anew without the file.",
                }]);
            }

            Effect effect = ApplyAll(configuration, file.Path);
            result = new ConfigurationReloadedEventArgs(file.Path, [], effect.Changed, effect.Added, effect.Removed);
        }
        catch (Exception exception)
        {
            // Also what a program's own function for variables throws.
            IReadOnlyList<ConfigurationProblem> problems = exception is ConfigurationException { Problems.Count: > 0 } all
                ? all.Problems
                : [new ConfigurationProblem { File = file.Path, Message = $"The file was not applied: {exception.Message}" }];
            result = new ConfigurationReloadedEventArgs(file.Path, problems, [], [], []);
        }

        file.Settle(before);
        return result;
    }

    private bool HasAnyFrom(string path) => _limiters.Values.Any(limiter => IsFrom(limiter.Source, limiter.File, path));
}
