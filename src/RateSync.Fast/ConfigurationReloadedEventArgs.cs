namespace RateSync.Fast;

/// <summary>A configuration file was read again, or could not be.</summary>
public sealed class ConfigurationReloadedEventArgs : EventArgs
{
    internal ConfigurationReloadedEventArgs(
        string path,
        IReadOnlyList<ConfigurationProblem> problems,
        IReadOnlyList<string> changed,
        IReadOnlyList<string> added,
        IReadOnlyList<string> removed)
    {
        Path = path;
        Problems = problems;
        Changed = changed;
        Added = added;
        Removed = removed;
    }

    /// <summary>The file.</summary>
    public string Path { get; }

    /// <summary>Whether it now holds. If not, nothing of it does, and everything is as it was before.</summary>
    public bool Succeeded => Problems.Count == 0;

    /// <summary>What is wrong with it, each with its place in the file.</summary>
    public IReadOnlyList<ConfigurationProblem> Problems { get; }

    /// <summary>Names of the limiters that were changed, added or removed.</summary>
    public IReadOnlyList<string> Changed { get; }

    /// <summary>Of those, the names that there were not before.</summary>
    public IReadOnlyList<string> Added { get; }

    /// <summary>Of those, the names that there are no more: who asks for one gets a <see cref="LimiterNotFoundException"/>.</summary>
    public IReadOnlyList<string> Removed { get; }
}
