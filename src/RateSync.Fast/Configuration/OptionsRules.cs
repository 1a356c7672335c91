using System.Globalization;

namespace RateSync.Fast.Configuration;

/// <summary>What must hold of a limiter's options, whoever has written them.</summary>
internal static class OptionsRules
{
    private const double MaxRate = 1e9;
    private const double MinRate = 1e-9;

    /// <summary>Throws if the options do not hold; says all that is wrong with them.</summary>
    public static void Check(string id, LimiterOptions options)
    {
        List<ConfigurationProblem> problems = [];
        Find(id, options, problems);
        if (problems.Count > 0)
        {
            throw new ConfigurationException(problems);
        }
    }

    /// <summary>A limiter's options with some of them replaced. A new rate without a new burst has the burst that it implies.</summary>
    public static LimiterOptions Apply(LimiterOptions options, LimiterOverrides? overrides) => overrides is null ? options : options with
    {
        RatePerSecond = overrides.RatePerSecond ?? options.RatePerSecond,
        Burst = overrides.Burst ?? options.Burst,
        Limit = overrides.Limit ?? options.Limit,
        Window = overrides.Window ?? options.Window,
        MaxConcurrent = overrides.MaxConcurrent ?? options.MaxConcurrent,
        Timeout = overrides.Timeout ?? options.Timeout,
    };

    private static void Find(string id, LimiterOptions options, List<ConfigurationProblem> problems)
    {
        if (options.Limiters is { Count: > 0 })
        {
            if (options.RatePerSecond is not null || options.Limit is not null || options.MaxConcurrent is not null)
            {
                Add(problems, id, nameof(options.Limiters), "no limits of its own beside limiters that it refers to", "both");
            }

            return;
        }

        FindInAlgorithm(id, options, problems);
        FindInNumbers(id, options, problems);
        foreach ((Priority priority, double share) in options.Priorities ?? new Dictionary<Priority, double>())
        {
            Range(problems, id, $"{nameof(options.Priorities)}.{priority}", share, double.Epsilon, 1);
            if (!Enum.IsDefined(priority))
            {
                Add(problems, id, nameof(options.Priorities), "Low, Normal, High or Critical", priority.ToString());
            }
        }

        foreach ((string tenant, double weight) in options.Weights ?? new Dictionary<string, double>(StringComparer.Ordinal))
        {
            Range(problems, id, $"{nameof(options.Weights)}.{tenant}", weight, 1e-6, 1e6);
        }
    }

    private static void FindInAlgorithm(string id, LimiterOptions options, List<ConfigurationProblem> problems)
    {
        string algorithm = options.Algorithm.ToString();
        if (options.Algorithm is LimiterAlgorithm.FixedWindow or LimiterAlgorithm.SlidingWindow or LimiterAlgorithm.SlidingWindowCounter)
        {
            Require(nameof(options.Limit), options.Limit is not null);
            Require(nameof(options.Window), options.Window is not null);
            Forbid(nameof(options.RatePerSecond), options.RatePerSecond is not null, "a token or leaky bucket");
            Forbid(nameof(options.Burst), options.Burst is not null, "a token or leaky bucket");
            return;
        }

        Forbid(nameof(options.Limit), options.Limit is not null, "a window");
        Forbid(nameof(options.Window), options.Window is not null, "a window");
        if (options.RatePerSecond is null && options.MaxConcurrent is null)
        {
            Add(problems, id, nameof(options.RatePerSecond), "RatePerSecond, MaxConcurrent or both", "neither");
        }

        void Require(string key, bool present)
        {
            if (!present)
            {
                Add(problems, id, key, $"a value, for {algorithm}", "none");
            }
        }

        void Forbid(string key, bool present, string of)
        {
            if (present)
            {
                Add(problems, id, key, $"none for {algorithm}: it belongs to {of}", "a value");
            }
        }
    }

    private static void FindInNumbers(string id, LimiterOptions options, List<ConfigurationProblem> problems)
    {
        Range(problems, id, nameof(options.RatePerSecond), options.RatePerSecond, MinRate, MaxRate);
        Range(problems, id, nameof(options.Burst), options.Burst, 1, 1L << 40);
        Range(problems, id, nameof(options.Limit), options.Limit, 1, int.MaxValue);
        Range(problems, id, nameof(options.MaxConcurrent), options.MaxConcurrent, 1, int.MaxValue);
        Range(problems, id, nameof(options.QueueLimit), options.QueueLimit, 0, int.MaxValue);
        Range(problems, id, nameof(options.MaxKeys), options.MaxKeys, 1, int.MaxValue);
        Range(problems, id, nameof(options.Window), options.Window?.TotalSeconds, 1e-6, TimeSpan.FromDays(365).TotalSeconds, " s");
        if (options.Timeout is { } timeout && timeout != Timeout.InfiniteTimeSpan)
        {
            Range(problems, id, nameof(options.Timeout), timeout.TotalSeconds, 0, TimeSpan.MaxValue.TotalSeconds, " s");
        }
    }

    private static void Range(
        List<ConfigurationProblem> problems, string id, string key, double? value, double least, double most, string unit = "")
    {
        if (value is { } number && !(number >= least && number <= most))
        {
            Add(
                problems,
                id,
                key,
                string.Create(CultureInfo.InvariantCulture, $"{least}{unit} to {most}{unit}"),
                string.Create(CultureInfo.InvariantCulture, $"{number}{unit}"));
        }
    }

    private static void Add(List<ConfigurationProblem> problems, string id, string key, string expected, string found) =>
        problems.Add(new ConfigurationProblem
        {
            Key = $"{id}.{key}",
            Expected = expected,
            Found = found,
            Message = $"Limiter '{id}', {key}: expected {expected}, found {found}.",
        });
}
