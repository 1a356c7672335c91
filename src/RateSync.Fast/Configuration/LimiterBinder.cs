using System.Globalization;
using RateSync.Fast.Algorithms;
using RateSync.Fast.Configuration.Toml;
using RateSync.Fast.State;

namespace RateSync.Fast.Configuration;

/// <summary>Reads one limiter: first what each key says, then whether all of it fits together.</summary>
internal sealed class LimiterBinder(ConfigSource source, IReadOnlyList<string> ownStores, IReadOnlyDictionary<string, StoreOptions> stores)
{
    private const string RateRange = "permits per second from 0.000000001 to 1000000000";

    private static readonly TimeSpan s_longest = TimeSpan.FromDays(10_000);
    private static readonly TimeSpan s_hour = TimeSpan.FromHours(1);
    private static readonly TimeSpan s_tick = TimeSpan.FromTicks(1);
    private static readonly TimeSpan s_second = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan s_millisecond = TimeSpan.FromMilliseconds(1);
    private static readonly string[] s_ofItsOwn =
        [ConfigKeys.Rate, ConfigKeys.Limit, ConfigKeys.Window, ConfigKeys.MaxConcurrent, ConfigKeys.Priorities, ConfigKeys.Fair];

    private static readonly string[] s_limits =
        [ConfigKeys.Rate, ConfigKeys.Limit, ConfigKeys.Window, ConfigKeys.MaxConcurrent, ConfigKeys.Limiters];

    /// <summary>Names of stores, those of this configuration first: a set to which is only added keeps the order.</summary>
    private readonly HashSet<string> _stores = Both(ownStores, source.KnownStores);

    public LimiterOptions Bind(TableReader table)
    {
        int algorithm = table.Choice(ConfigKeys.Algorithm, WordList.Algorithms);
        int policy;
        int strategy;
        LimiterOptions options = new()
        {
            Store = table.Text(ConfigKeys.Store, "the name of a store"),
            Algorithm = algorithm == WordList.None ? LimiterAlgorithm.TokenBucket : (LimiterAlgorithm)algorithm,
            RatePerSecond = table.Number(ConfigKeys.Rate, RateScale.MinRate, RateScale.MaxRate, RateRange),
            Burst = table.Integer(ConfigKeys.Burst, 1, RateScale.MaxBurst, " of permits"),
            Limit = (int?)table.Integer(ConfigKeys.Limit, 1, int.MaxValue, " of permits"),
            Window = table.Time(ConfigKeys.Window, s_second, s_tick, s_longest, "seconds, more than 0 and at most 864000000"),
            MaxConcurrent = (int?)table.Integer(ConfigKeys.MaxConcurrent, 1, int.MaxValue, " of slots"),
            Timeout = table.Time(ConfigKeys.Timeout, s_second, TimeSpan.Zero, s_longest, "seconds from 0 to 864000000"),
            FailClosed = table.Boolean(ConfigKeys.FailClosed) ?? false,
            OnStoreFailure = (policy = table.Choice(ConfigKeys.OnStoreFailure, WordList.FailurePolicies)) == WordList.None
                ? null
                : (StoreFailurePolicy)policy,
            Shadow = table.Boolean(ConfigKeys.Shadow) ?? false,
            Lease = table.Time(ConfigKeys.Lease, s_millisecond, s_tick, s_hour, "milliseconds, more than 0 and at most 3600000"),
            MaxLease = table.Integer(ConfigKeys.MaxLease, 1, RateScale.MaxBurst, " of permits"),
            Strict = table.Boolean(ConfigKeys.Strict) ?? false,
            QueueLimit = (int?)table.Integer(ConfigKeys.QueueLimit, 0, int.MaxValue, " of callers"),
            MaxKeys = (int?)table.Integer(ConfigKeys.MaxKeys, 64, 100_000_000, " of keys"),
            Priorities = table.Table(ConfigKeys.Priorities) is { } shares ? ReadPriorities(shares) : null,
            Weights = table.Table(ConfigKeys.Weights) is { } weights ? ReadWeights(weights) : null,

            // Nobody gives weights to tenants who do not take turns.
            Fair = table.Boolean(ConfigKeys.Fair) ?? table.Has(ConfigKeys.Weights),
            Limiters = table.Texts(ConfigKeys.Limiters, "a list of names of limiters")?.ConvertAll(static node => node.Text),
            Strategy = (strategy = table.Choice(ConfigKeys.Strategy, WordList.Strategies)) == WordList.None
                ? CompositeStrategy.MostRestrictive
                : (CompositeStrategy)strategy,
        };
        table.ReportUnknown(ConfigKeys.OfLimiter);
        CheckParts(table, options);
        CheckAlgorithm(table, options, algorithm != WordList.None || !table.Has(ConfigKeys.Algorithm));
        options = ChooseStore(table, options);
        if (options.Strict)
        {
            CheckStrict(table, options);
        }

        return options;
    }

    /// <summary>Whether there is anything to limit by.</summary>
    private void CheckParts(TableReader table, LimiterOptions options)
    {
        if (!HasAny(table, s_limits) && !Array.Exists(s_limits, table.IsMeant))
        {
            string expected = $"{table.Spell(ConfigKeys.Rate)}, or {Window(table)}, or {table.Spell(ConfigKeys.MaxConcurrent)}, "
                + $"or {table.Spell(ConfigKeys.Limiters)}";
            source.Report(table.Path, table.Position, expected, "none of them", $"limits nothing. It needs {expected}.");
        }

        if (options.Limiters?.Count == 0)
        {
            table.Reject(ConfigKeys.Limiters, "at least one name");
        }

        if (!table.Has(ConfigKeys.Limiters))
        {
            if (table.Has(ConfigKeys.Strategy) && !table.IsMeant(ConfigKeys.Limiters))
            {
                table.Reject(ConfigKeys.Strategy, table.Spell(ConfigKeys.Limiters, "[...]") + " beside it");
            }

            return;
        }

        RejectItsOwn(table, options);
    }

    /// <summary>A limiter that is made of others counts nothing itself: what it said beside them would silently not hold.</summary>
    private void RejectItsOwn(TableReader table, LimiterOptions options)
    {
        foreach (string key in s_ofItsOwn)
        {
            if (table.Has(key) && !(string.Equals(key, ConfigKeys.Fair, StringComparison.Ordinal) && !options.Fair))
            {
                table.Reject(
                    key,
                    $"nothing of its own beside {table.Spell(ConfigKeys.Limiters)}",
                    $" Put it into a limiter with another name, and name that in {source.AsWritten(table.Of(ConfigKeys.Limiters))}.");
            }
        }
    }

    private static bool HasAny(TableReader table, string[] keys)
    {
        foreach (string key in keys)
        {
            if (table.Has(key))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Whether the keys are those of one algorithm, and the numbers fit together.</summary>
    private void CheckAlgorithm(TableReader table, LimiterOptions options, bool isKnown)
    {
        bool isBucket = options.Algorithm is LimiterAlgorithm.TokenBucket or LimiterAlgorithm.LeakyBucket;
        bool hasWindow = table.Has(ConfigKeys.Limit) || table.Has(ConfigKeys.Window);
        if (hasWindow && table.Has(ConfigKeys.Rate))
        {
            string first = table.Has(ConfigKeys.Limit) ? ConfigKeys.Limit : ConfigKeys.Window;
            TomlPosition at = Later(table.At(ConfigKeys.Rate), table.At(first));
            string rate = table.Spell(ConfigKeys.Rate);
            source.Report(
                table.Path, at, $"either {rate} (a bucket), or {Window(table)} (a window)", "both",
                $"{rate} belongs to a bucket, {Window(table)} belong to a window. "
                + $"Keep one of them, and put the other into a limiter with another name; a third can name both in {table.Spell(ConfigKeys.Limiters)}.");
            return;
        }

        if (isKnown)
        {
            if (isBucket && hasWindow)
            {
                RejectWindow(table, options);
                return;
            }

            if (!isBucket && table.Has(ConfigKeys.Rate))
            {
                table.Reject(ConfigKeys.Rate, $"{Window(table)} for the algorithm \"{WordList.Algorithms.Of((int)options.Algorithm)}\"");
                return;
            }

            if (options.Algorithm == LimiterAlgorithm.LeakyBucket && !table.Has(ConfigKeys.Rate) && !table.IsMeant(ConfigKeys.Rate))
            {
                source.Expected(table.Of(ConfigKeys.Rate), table.Position, RateRange, "nothing");
            }

            if (options.Algorithm == LimiterAlgorithm.LeakyBucket && table.Has(ConfigKeys.Burst))
            {
                table.Reject(
                    ConfigKeys.Burst,
                    $"no {table.Spell(ConfigKeys.Burst)} for the algorithm \"leaky_bucket\"",
                    $" How many may be in line is its {table.Spell(ConfigKeys.QueueLimit)}.");
            }

            CheckWindow(table, options, isBucket);
        }

        if (table.Has(ConfigKeys.Burst) && !table.Has(ConfigKeys.Rate) && !table.IsMeant(ConfigKeys.Rate))
        {
            table.Reject(ConfigKeys.Burst, table.Spell(ConfigKeys.Rate) + " beside it");
        }

        CheckRate(table, options);
    }

    /// <summary>What a window has, given to a bucket; which is meant if none is named, unless the name of the key is misspelt.</summary>
    private static void RejectWindow(TableReader table, LimiterOptions options)
    {
        if (!table.IsMeant(ConfigKeys.Algorithm))
        {
            table.Reject(
                table.Has(ConfigKeys.Limit) ? ConfigKeys.Limit : ConfigKeys.Window,
                $"{table.Spell(ConfigKeys.Rate)} for the algorithm \"{WordList.Algorithms.Of((int)options.Algorithm)}\"",
                $" For {Window(table)} choose {table.Spell(ConfigKeys.Algorithm, "\"sliding_window\"")}, \"sliding_window_counter\" or \"fixed_window\".");
        }
    }

    private static string Window(TableReader table) => $"{table.Spell(ConfigKeys.Limit)} and {table.Spell(ConfigKeys.Window)}";

    private void CheckWindow(TableReader table, LimiterOptions options, bool isBucket)
    {
        if (isBucket)
        {
            return;
        }

        if (!table.Has(ConfigKeys.Limit) && !table.IsMeant(ConfigKeys.Limit))
        {
            source.Expected(table.Of(ConfigKeys.Limit), table.Position, "a whole number of permits from 1 to 2147483647", "nothing");
        }

        if (!table.Has(ConfigKeys.Window) && !table.IsMeant(ConfigKeys.Window))
        {
            source.Expected(table.Of(ConfigKeys.Window), table.Position, "seconds, more than 0 and at most 864000000", "nothing");
        }

        if (options is { Algorithm: LimiterAlgorithm.SlidingWindow, Limit: > (int)LogReservoir<InterlockedAtomics>.MaxLimit })
        {
            table.Reject(
                ConfigKeys.Limit,
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"at most {LogReservoir<InterlockedAtomics>.MaxLimit} permits for the algorithm \"sliding_window\", which keeps every grant"),
                $" Choose {table.Spell(ConfigKeys.Algorithm, "\"sliding_window_counter\"")}, which is strict too.");
        }
    }

    private static void CheckRate(TableReader table, LimiterOptions options)
    {
        if (options.RatePerSecond is not double rate || (table.Has(ConfigKeys.Burst) && options.Burst is null))
        {
            return;
        }

        try
        {
            long burst = options.Algorithm == LimiterAlgorithm.LeakyBucket ? 1 : options.Burst ?? DefaultBurst(rate);
            RateScale.Create(rate, burst, TimeProvider.System.TimestampFrequency);
        }
        catch (ArgumentOutOfRangeException)
        {
            string key = table.Has(ConfigKeys.Burst) ? ConfigKeys.Burst : ConfigKeys.Rate;
            table.Reject(key, "a bucket that fills within some seven thousand years");
        }
    }

    /// <summary>What comes in a second, at least one.</summary>
    internal static long DefaultBurst(double ratePerSecond) => Math.Max(1, (long)Math.Ceiling(ratePerSecond));

    private LimiterOptions ChooseStore(TableReader table, LimiterOptions options)
    {
        if (options.Store is string store)
        {
            if (!_stores.Contains(store))
            {
                RejectStore(table, store);
            }

            return options;
        }

        return ChooseOnlyStore(table, options);
    }

    private void RejectStore(TableReader table, string store)
    {
        string? nearest = source.IsFull ? null : Names.Nearest(store, _stores);
        string hint = nearest is not null ? $" Did you mean \"{nearest}\"?"
            : _stores.Count == 0 ? " There is no store at all."
            : "";
        string expected = _stores.Count == 0 ? "a store of this name" : "one of " + Names.List(_stores);
        table.Reject(ConfigKeys.Store, expected, hint);
    }

    private LimiterOptions ChooseOnlyStore(TableReader table, LimiterOptions options)
    {
        bool counts = options.Limiters is null
            || table.Has(ConfigKeys.Rate) || table.Has(ConfigKeys.Limit) || table.Has(ConfigKeys.MaxConcurrent);
        if (table.Has(ConfigKeys.Store) || !counts || _stores.Count == 0)
        {
            return options;
        }

        // Its own store goes before those that are there already, so that a file means the same wherever it is loaded.
        if (_stores.Count == 1 || ownStores.Count == 1)
        {
            return options with { Store = _stores.First() };
        }

        if (!table.IsMeant(ConfigKeys.Store))
        {
            source.Expected(table.Of(ConfigKeys.Store), table.Position, "one of " + Names.List(_stores), "nothing");
        }

        return options;
    }

    /// <summary>Whether what is to be strict can be; of those that it refers to, later.</summary>
    private void CheckStrict(TableReader table, LimiterOptions options)
    {
        StoreOptions? store = options.Store is null ? null : stores.GetValueOrDefault(options.Store);
        if (options.Shadow)
        {
            table.Reject(ConfigKeys.Shadow, "false for a limiter that is strict", " In shadow it refuses nothing.");
        }

        if (Excess.OfAlgorithm(options).Permits > 0)
        {
            table.Reject(
                ConfigKeys.Algorithm,
                "an algorithm that can be strict",
                " Around the end of a window \"fixed_window\" grants up to twice the limit; choose \"sliding_window\".");
        }

        if (Excess.OfOwn(options with { Shadow = false, Algorithm = default }, store).Permits > 0)
        {
            string key = table.Has(ConfigKeys.OnStoreFailure) ? ConfigKeys.OnStoreFailure : ConfigKeys.Strict;
            table.Reject(
                key,
                $"{table.Spell(ConfigKeys.FailClosed, "true")} or {table.Spell(ConfigKeys.OnStoreFailure, "\"closed\"")} for a limiter that is strict",
                $" While the store \"{options.Store}\" cannot be reached, it would grant what nobody has counted.");
        }
    }

    private static Dictionary<Priority, double> ReadPriorities(TableReader table)
    {
        Dictionary<Priority, double> shares = [];
        double least = 0;
        foreach (string word in WordList.Priorities.All)
        {
            if (table.Number(word, double.Epsilon, 1, "a share, more than 0 and at most 1") is not double share)
            {
                continue;
            }

            Priority priority = (Priority)WordList.Priorities.Parse(word, relaxed: false);
            shares.Add(priority, share);
            if (share < least)
            {
                table.Reject(word, string.Create(CultureInfo.InvariantCulture, $"at least {least}, the share of a lower priority"));
            }

            least = Math.Max(least, share);
        }

        table.ReportUnknown(WordList.Priorities.All, "priority");
        return shares;
    }

    private Dictionary<string, double> ReadWeights(TableReader table)
    {
        Dictionary<string, double> weights = new(StringComparer.Ordinal);
        foreach (ConfigEntry entry in table.TakeAll())
        {
            if (TableReader.ToNumber(entry.Value) is double weight and >= 0.001 and <= 1_000_000)
            {
                weights[entry.Key] = weight;
            }
            else
            {
                source.Expected(table.Of(entry.Key), entry.Value.Position, "a weight from 0.001 to 1000000", entry.Value.ShowExpanded(entry.Key));
            }
        }

        return weights;
    }

    private static HashSet<string> Both(IReadOnlyList<string> first, IReadOnlyCollection<string> second)
    {
        HashSet<string> both = new(first, StringComparer.Ordinal);
        both.UnionWith(second);
        return both;
    }

    private static TomlPosition Later(TomlPosition a, TomlPosition b) => (a.Line, a.Column).CompareTo((b.Line, b.Column)) >= 0 ? a : b;
}
