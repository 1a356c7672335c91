using System.Globalization;
using RateSync.Fast.Configuration.Toml;
using RateSync.Fast.Tool.Output;

namespace RateSync.Fast.Tool.Migrating;

/// <summary>What the Python rate-sync made of a configuration, where that is not what it means here.</summary>
internal static class PythonMeaning
{
    private const string Fastapi = "fastapi";
    private const double DefaultMarginMs = 10;

    /// <summary>All differences, in the order of the file.</summary>
    public static IReadOnlyList<Difference> Compare(RateSyncConfiguration configuration, TomlTable document)
    {
        List<Difference> all = [];
        foreach ((string id, StoreOptions store, TomlTable table) in Pairs(configuration.Stores, document, "stores"))
        {
            all.AddRange(OfStore(id, store, table));
        }

        foreach ((string id, LimiterOptions limiter, TomlTable table) in Pairs(configuration.Limiters, document, "limiters"))
        {
            StoreOptions? store = limiter.Store is { } name ? configuration.Stores.GetValueOrDefault(name) : null;
            all.AddRange(OfLimiter("limiters." + id, limiter, store, table));
        }

        if (document.TryGet(Fastapi, out TomlEntry? web))
        {
            all.Add(new Difference(
                web.KeyPosition, Fastapi, "web", "is for the web integration of Python; it is read past here"));
        }

        return [.. all.OrderBy(static d => d.Position.Line).ThenBy(static d => d.Position.Column)];
    }

    /// <summary>Both are in the order in which they are written; names in the file may have variables in them.</summary>
    public static IEnumerable<(string Id, T Options, TomlTable Table)> Pairs<T>(
        IReadOnlyDictionary<string, T> options, TomlTable document, string section)
    {
        IEnumerable<TomlTable> tables =
            (document[section] as TomlTable)?.Entries.Select(static entry => entry.Value).OfType<TomlTable>() ?? [];
        return options.Zip(tables, static (option, table) => (option.Key, option.Value, table));
    }

    /// <summary>Whether a limiter spaced its grants evenly there, and would not do so here unless told to.</summary>
    public static bool NeedsBurst(LimiterOptions options) =>
        options is { Algorithm: LimiterAlgorithm.TokenBucket, RatePerSecond: > 1, Burst: null };

    private static IEnumerable<Difference> OfStore(string id, StoreOptions store, TomlTable table)
    {
        if (store is EngineStoreOptions && table.TryGet("timing_margin_ms", out TomlEntry? margin))
        {
            yield return new Difference(
                margin.KeyPosition, "stores." + id, "timing margin",
                "timing_margin_ms was subtracted from the time between grants there, which let more through than the rate; "
                + "it has no effect here");
        }
    }

    private static IEnumerable<Difference> OfLimiter(string path, LimiterOptions options, StoreOptions? store, TomlTable table)
    {
        if (NeedsBurst(options))
        {
            double rate = options.RatePerSecond!.Value;
            yield return new Difference(
                At(table, "rate_per_second"), path, "burst",
                $"grants were spaced evenly there, one in {Words.Time(TimeSpan.FromSeconds(1 / rate))}; "
                + Text($"here up to {Math.Ceiling(rate)} come at once after a rest. burst = 1 keeps the spacing"),
                IsEdited: true);
        }

        if (options.RatePerSecond is { } limit && OverAdmission(limit, store) is { } over)
        {
            yield return new Difference(At(table, "rate_per_second"), path, "over-admission", over);
        }

        if (options.FailClosed)
        {
            yield return new Difference(
                At(table, "fail_closed"), path, "fail_closed",
                "fail_closed was ignored there when it came from a file; "
                + "here nothing is granted while the store cannot be reached, as it says"
                + (store is EngineStoreOptions ? "" : " (this one counts in memory, which can always be reached)"));
        }

        if (options.Limit is not null)
        {
            if (store is EngineStoreOptions { Engine: "nats" or "postgres" })
            {
                yield return new Difference(
                    At(table, "algorithm"), path, "window",
                    $"windows were refused on {store.Engine} there; every engine has them here");
            }

            if (options.MaxConcurrent is not null)
            {
                yield return new Difference(
                    At(table, "max_concurrent"), path, "window and max_concurrent",
                    "max_concurrent was dropped beside a window there; both are kept to here");
            }
        }
        else if (options is { MaxConcurrent: not null })
        {
            foreach (Difference difference in OfSlots(path, options, store, At(table, "max_concurrent")))
            {
                yield return difference;
            }
        }
    }

    private static IEnumerable<Difference> OfSlots(string path, LimiterOptions options, StoreOptions? store, TomlPosition at)
    {
        if (store is EngineStoreOptions { Engine: "redis" })
        {
            double seconds = options.RatePerSecond is { } rate ? Math.Floor(5 / rate) + 1 : 60;
            yield return new Difference(
                at, path, "slots",
                Text($"a call that took longer than {seconds} s could lose its slot to another there; ")
                + "here it keeps it until it gives it back");
        }

        if (options.RatePerSecond is not null && store is not EngineStoreOptions { Engine: "redis" or "postgres" })
        {
            yield return new Difference(
                at, path, "refusals",
                "a call that was refused for max_concurrent used up a permit of the rate there; here a refusal takes nothing");
        }
    }

    /// <summary>What really came through, where the margin was subtracted from the time between grants.</summary>
    private static string? OverAdmission(double rate, StoreOptions? store)
    {
        if (store is not EngineStoreOptions { Engine: "redis" or "postgres" } engine)
        {
            return null;
        }

        double margin = engine.Settings.TryGetValue("timing_margin_ms", out string? text)
            ? double.Parse(text, CultureInfo.InvariantCulture)
            : DefaultMarginMs;
        double left = (1000 / rate) - margin;
        string cause = Text($"the margin of {margin} ms was subtracted from the {1000 / rate:0.###} ms between grants");
        return margin == 0 ? null
            : left <= 0 ? Text($"did not limit at all there: {cause}. Here it is {rate} a second")
            : Text($"let through about {1000 / left:0.#} a second there: {cause}. Here it is {rate} a second");
    }

    private static TomlPosition At(TomlTable table, string key) =>
        table.TryGet(key, out TomlEntry? entry) ? entry.KeyPosition : table.Position;

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
