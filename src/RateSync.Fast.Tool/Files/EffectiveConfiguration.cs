using System.Globalization;
using System.Text.Json;

namespace RateSync.Fast.Tool.Files;

/// <summary>What a configuration says when variables are replaced and defaults of stores are in place; without secrets.</summary>
internal static class EffectiveConfiguration
{
    /// <summary>Keys whose values are text whatever they look like.</summary>
    private static readonly string[] s_texts =
        ["url", "password", "key_prefix", "token", "user", "credentials", "bucket_name", "table_name", "schema_name"];

    /// <summary>As a TOML document.</summary>
    public static IEnumerable<string> ToToml(RateSyncConfiguration configuration)
    {
        foreach ((string id, StoreOptions store) in configuration.Stores)
        {
            yield return $"[stores.{Key(id)}]";
            foreach ((string key, object value) in Of(store))
            {
                yield return $"{key} = {Value(value)}";
            }

            yield return "";
        }

        foreach ((string id, LimiterOptions limiter) in configuration.Limiters)
        {
            yield return $"[limiters.{Key(id)}]";
            foreach ((string key, object value) in Of(limiter))
            {
                yield return $"{key} = {Value(value)}";
            }

            yield return "";
        }
    }

    /// <summary>The keys of a store in the order in which people write them.</summary>
    public static Dictionary<string, object> Of(StoreOptions store)
    {
        Dictionary<string, object> keys = new(StringComparer.Ordinal) { ["engine"] = store.Engine };
        if (store is EngineStoreOptions engine)
        {
            foreach ((string key, string value) in engine.SettingsWithoutSecrets)
            {
                keys[key] = s_texts.Contains(key, StringComparer.Ordinal) ? value : Typed(value);
            }
        }

        return keys;
    }

    /// <summary>The keys of a limiter that say something, in the order in which people write them.</summary>
    public static Dictionary<string, object> Of(LimiterOptions options)
    {
        Dictionary<string, object> keys = new(StringComparer.Ordinal);
        bool counts = options.RatePerSecond is not null || options.Limit is not null;
        Add("store", options.Store);
        Add("algorithm", counts ? Snake(options.Algorithm) : null);
        Add("rate_per_second", options.RatePerSecond);
        Add("burst", options is { RatePerSecond: double rate, Algorithm: LimiterAlgorithm.TokenBucket }
            ? options.Burst ?? Math.Max(1, (long)Math.Ceiling(rate)) : null);
        Add("limit", options.Limit);
        Add("window_seconds", options.Window?.TotalSeconds);
        Add("max_concurrent", options.MaxConcurrent);
        Add("timeout", options.Timeout?.TotalSeconds);
        Add("fail_closed", options.FailClosed ? true : null);
        Add("on_store_failure", options.OnStoreFailure is { } policy ? Snake(policy) : null);
        Add("shadow", options.Shadow ? true : null);
        Add("lease_ms", options.Lease?.TotalMilliseconds);
        Add("max_lease", options.MaxLease);
        Add("strict", options.Strict ? true : null);
        Add("queue_limit", options.QueueLimit);
        Add("max_keys", options.MaxKeys);
        Add("priorities", options.Priorities?.ToDictionary(static e => Snake(e.Key), static e => e.Value, StringComparer.Ordinal));
        Add("fair", options.Fair ? true : null);
        Add("weights", options.Weights);
        Add("limiters", options.Limiters);
        Add("strategy", options.Limiters is null ? null : Snake(options.Strategy));
        return keys;

        void Add(string key, object? value)
        {
            if (value is not null)
            {
                keys.Add(key, value);
            }
        }
    }

    private static object Typed(string value) =>
        bool.TryParse(value, out bool flag) ? flag
        : long.TryParse(value, NumberStyles.Integer, CultureInfo.InvariantCulture, out long whole) ? whole
        : double.TryParse(value, NumberStyles.Float, CultureInfo.InvariantCulture, out double number) ? number
        : value;

    private static string Value(object value) => value switch
    {
        bool flag => flag ? "true" : "false",
        double number => number.ToString("R", CultureInfo.InvariantCulture) is var text && text.AsSpan().ContainsAny('.', 'E')
            ? text
            : text + ".0",
        string text => Quoted(text),
        IReadOnlyDictionary<string, double> table =>
            $"{{ {string.Join(", ", table.Select(static entry => $"{Key(entry.Key)} = {Value(entry.Value)}"))} }}",
        IEnumerable<string> list => $"[{string.Join(", ", list.Select(Quoted))}]",
        _ => Convert.ToString(value, CultureInfo.InvariantCulture)!,
    };

    private static string Key(string name) =>
        name.Length > 0 && name.All(static c => char.IsAsciiLetterOrDigit(c) || c is '_' or '-') ? name : Quoted(name);

    /// <summary>A dollar sign is doubled: what is shown can be read again.</summary>
    private static string Quoted(string text)
    {
        // JSON's escapes are a part of those of TOML.
        string quoted = JsonSerializer.Serialize(text, s_json);
        return quoted.Replace("$", "$$", StringComparison.Ordinal);
    }

    private static readonly JsonSerializerOptions s_json = new()
    {
        Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    private static string Snake<T>(T value)
        where T : struct, Enum =>
        JsonNamingPolicy.SnakeCaseLower.ConvertName(value.ToString());
}
