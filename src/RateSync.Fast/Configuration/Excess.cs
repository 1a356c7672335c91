namespace RateSync.Fast.Configuration;

/// <summary>
/// By how many permits more than its limit a limiter can grant in the worst interval of its window's length, and why. What the limiters
/// themselves declare, what <c>strict</c> goes by and what the tool says are this number.
/// </summary>
/// <param name="Permits">0 if it is strict; infinite if nothing bounds it.</param>
/// <param name="Reason">Why it is not 0; empty if it is.</param>
internal readonly record struct Excess(double Permits, string Reason)
{
    /// <summary>Of one limiter, without those that it refers to.</summary>
    public static Excess OfOwn(LimiterOptions options, StoreOptions? store)
    {
        if (options.Shadow)
        {
            return new Excess(double.PositiveInfinity, "it is in shadow and never refuses");
        }

        StoreFailurePolicy policy = options.OnStoreFailure ?? (options.FailClosed ? StoreFailurePolicy.Closed : StoreFailurePolicy.Open);
        return store is null or MemoryStoreOptions || policy == StoreFailurePolicy.Closed ? OfAlgorithm(options)
            : policy == StoreFailurePolicy.Open
            ? new Excess(double.PositiveInfinity, $"it grants everything while the store '{options.Store}' cannot be reached")
            : new Excess(
                double.PositiveInfinity,
                $"while the store '{options.Store}' cannot be reached, each process grants a share that nobody adds up");
    }

    /// <summary>Of one limiter, as long as its store can be reached.</summary>
    public static Excess OfAlgorithm(LimiterOptions options) => options is { Algorithm: LimiterAlgorithm.FixedWindow, Limit: int limit }
        ? new Excess(limit, "around the border of two periods both their limits may be used")
        : default;

    /// <summary>Of a limiter and those that it refers to: the largest. Those that are not known count as strict.</summary>
    public static Excess Of(
        string id, IReadOnlyDictionary<string, LimiterOptions> limiters, IReadOnlyDictionary<string, StoreOptions> stores) =>
        Of(id, limiters, stores, new Dictionary<string, Excess>(StringComparer.Ordinal));

    private static Excess Of(
        string id,
        IReadOnlyDictionary<string, LimiterOptions> limiters,
        IReadOnlyDictionary<string, StoreOptions> stores,
        Dictionary<string, Excess> known)
    {
        if (known.TryGetValue(id, out Excess found) || !limiters.TryGetValue(id, out LimiterOptions? options))
        {
            return found;
        }

        // Whoever leads back to itself is an error that others report.
        known[id] = default;
        Excess most = OfOwn(options, options.Store is null ? null : stores.GetValueOrDefault(options.Store));
        foreach (string part in options.Limiters ?? [])
        {
            Excess excess = Of(part, limiters, stores, known);
            if (excess.Permits > most.Permits)
            {
                most = excess with { Reason = $"'{part}': {excess.Reason}" };
            }
        }

        most = most with { Reason = most.Reason ?? "" };
        known[id] = most;
        return most;
    }
}
