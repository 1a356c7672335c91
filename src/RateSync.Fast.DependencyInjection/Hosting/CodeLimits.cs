namespace RateSync.Fast.DependencyInjection.Hosting;

/// <summary>Puts stores and limiters of the options into a registry, and later what is new or different about them, all or none.</summary>
internal sealed class CodeLimits(LimiterRegistry registry)
{
    private readonly Dictionary<string, LimiterOptions> _limiters = new(StringComparer.Ordinal);
    private readonly Dictionary<string, StoreOptions> _stores = new(StringComparer.Ordinal);

    /// <summary>Names of limiters that are new or different.</summary>
    public IReadOnlyList<string> Changed(RateSyncOptions options) =>
        [.. options.Limiters.Where(limiter => IsNew(_limiters, limiter.Key, limiter.Value)).Select(static limiter => limiter.Key)];

    /// <summary>Applies what is new or different.</summary>
    /// <returns>What is wrong; if anything, limiters are as they were before.</returns>
    public List<ConfigurationProblem> Apply(RateSyncOptions options)
    {
        foreach ((string id, StoreOptions store) in options.Stores)
        {
            if (IsNew(_stores, id, store))
            {
                registry.ConfigureStore(id, store);
                _stores[id] = store;
            }
        }

        List<ConfigurationProblem> problems = [];
        List<string> done = [];
        foreach (string id in InOrderOfReference(options.Limiters, Changed(options)))
        {
            try
            {
                registry.ConfigureLimiter(id, options.Limiters[id]);
                done.Add(id);
            }
            catch (RateSyncException exception)
            {
                problems.AddRange(Problems(id, exception));
            }
        }

        foreach (string id in done)
        {
            if (problems.Count == 0)
            {
                _limiters[id] = options.Limiters[id];
            }
            else if (_limiters.TryGetValue(id, out LimiterOptions? before))
            {
                registry.ConfigureLimiter(id, before);
            }
        }

        return problems;
    }

    private static bool IsNew<T>(Dictionary<string, T> known, string id, T value)
        where T : class =>
        !known.TryGetValue(id, out T? before) || !before.Equals(value);

    private static IReadOnlyList<ConfigurationProblem> Problems(string id, RateSyncException exception) =>
        exception is ConfigurationException { Problems.Count: > 0 } all
            ? all.Problems
            :
            [
                new ConfigurationProblem
                {
                    Key = exception is StoreNotFoundException ? $"limiters.{id}.store" : $"limiters.{id}",
                    Message = exception.Message,
                },
            ];

    /// <summary>Limiters after those that they refer to.</summary>
    private static List<string> InOrderOfReference(IDictionary<string, LimiterOptions> all, IReadOnlyList<string> ids)
    {
        List<string> ordered = [];
        HashSet<string> seen = new(StringComparer.Ordinal);
        HashSet<string> wanted = new(ids, StringComparer.Ordinal);
        foreach (string id in ids)
        {
            Visit(id);
        }

        return ordered;

        void Visit(string id)
        {
            if (!wanted.Contains(id) || !seen.Add(id))
            {
                return;
            }

            foreach (string other in all[id].Limiters ?? [])
            {
                Visit(other);
            }

            ordered.Add(id);
        }
    }
}
