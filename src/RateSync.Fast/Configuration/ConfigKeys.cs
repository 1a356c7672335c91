namespace RateSync.Fast.Configuration;

/// <summary>The keys that there are.</summary>
internal static class ConfigKeys
{
    public const string Stores = "stores";
    public const string Limiters = "limiters";
    public const string FastApi = "fastapi";

    public const string Engine = "engine";
    public const string Url = "url";
    public const string TimingMargin = "timing_margin_ms";

    public const string Store = "store";
    public const string Algorithm = "algorithm";
    public const string Rate = "rate_per_second";
    public const string Burst = "burst";
    public const string Limit = "limit";
    public const string Window = "window_seconds";
    public const string MaxConcurrent = "max_concurrent";
    public const string Timeout = "timeout";
    public const string FailClosed = "fail_closed";
    public const string OnStoreFailure = "on_store_failure";
    public const string Shadow = "shadow";
    public const string Lease = "lease_ms";
    public const string MaxLease = "max_lease";
    public const string Strict = "strict";
    public const string QueueLimit = "queue_limit";
    public const string MaxKeys = "max_keys";
    public const string Priorities = "priorities";
    public const string Fair = "fair";
    public const string Weights = "weights";
    public const string Strategy = "strategy";

    public static readonly string[] Sections = [Stores, Limiters, FastApi];

    /// <summary>In the order in which people write them.</summary>
    public static readonly string[] OfLimiter =
    [
        Store, Algorithm, Rate, Burst, Limit, Window, MaxConcurrent, Timeout, FailClosed, OnStoreFailure, Shadow, Lease, MaxLease, Strict,
        QueueLimit, MaxKeys, Priorities, Fair, Weights, Limiters, Strategy,
    ];
}
