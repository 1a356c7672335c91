using RateSync.Fast.Configuration;

namespace RateSync.Fast;

/// <content>Names that an application cannot do without.</content>
public sealed partial class LimiterRegistry
{
    private readonly HashSet<string> _required = new(StringComparer.Ordinal);

    /// <summary>
    /// Says which names an application uses: there must be all of them now, and from now on a changed file, or whatever else is applied,
    /// that would leave one of them without a limiter is refused as a whole.
    /// </summary>
    /// <param name="ids">Limiters' names.</param>
    /// <exception cref="ArgumentException">A name is empty.</exception>
    /// <exception cref="ConfigurationException">
    /// There are not all of them, and then none is required; or the configuration does not hold.
    /// </exception>
    /// <exception cref="InvalidOperationException">Called while the same thread is in the middle of configuring.</exception>
    /// <exception cref="ObjectDisposedException">The registry has been disposed of.</exception>
    public void RequireLimiters(params ReadOnlySpan<string> ids)
    {
        foreach (string id in ids)
        {
            ArgumentException.ThrowIfNullOrWhiteSpace(id, nameof(ids));
        }

        EnsureLoaded();
        using Lock.Scope configuring = BeginConfiguring();
        List<ConfigurationProblem> problems = [];
        foreach (string id in ids)
        {
            if (!_limiters.ContainsKey(id))
            {
                problems.Add(new ConfigurationProblem { Key = ConfigSource.Path(ConfigKeys.Limiters, id), Message = NotFound(id).Message });
            }
        }

        if (problems.Count > 0)
        {
            throw new ConfigurationException(problems);
        }

        foreach (string id in ids)
        {
            _required.Add(id);
        }
    }

    /// <summary>Whether all that is required would still be there.</summary>
    private void CheckRequired(RateSyncConfiguration configuration, Dictionary<string, Purpose> after, string source)
    {
        List<ConfigurationProblem> problems = [];
        foreach (string id in _required.Order(StringComparer.Ordinal))
        {
            if (!after.ContainsKey(id))
            {
                problems.Add(Missing(id, configuration, source));
            }
        }

        if (problems.Count > 0)
        {
            throw new ConfigurationException(problems);
        }
    }

    private ConfigurationProblem Missing(string id, RateSyncConfiguration configuration, string source)
    {
        // Most likely it was renamed: then it is one of the names that are new.
        string? nearest = Names.Nearest(id, configuration.Limiters.Keys.Where(name => !_limiters.ContainsKey(name)))
            ?? Names.Nearest(id, configuration.Limiters.Keys);
        string hint = nearest is null ? "" : $" The nearest name there is '{nearest}'.";
        return new ConfigurationProblem
        {
            File = source,
            Key = ConfigSource.Path(ConfigKeys.Limiters, id),
            Expected = $"a limiter named '{id}'",
            Found = nearest is null ? "none" : $"'{nearest}'",
            Message = $"The limiter '{id}' is required, and is not there any more.{hint}",
        };
    }
}
