using RateSync.Fast.Tool.Output;

namespace RateSync.Fast.Tool.Files;

/// <summary>How many permits more than its limit a limiter may grant at worst in any time of a window's length, and why.</summary>
/// <param name="Permits">0 if it is strict; infinite if nothing bounds it.</param>
/// <param name="Reason">Why it is not 0; empty if it is.</param>
internal readonly record struct DeclaredExcess(double Permits, string Reason)
{
    public bool IsStrict => Permits == 0;

    /// <summary>For JSON, which has no infinity.</summary>
    public double? Finite => double.IsFinite(Permits) ? Permits : null;

    public static DeclaredExcess Of(RateSyncConfiguration configuration, string id)
    {
        LimiterOptions options = configuration.Limiters[id];
        if (options.Shadow)
        {
            return new DeclaredExcess(double.PositiveInfinity, "it is in shadow and never refuses");
        }

        bool isShared = options.Store is { } name && configuration.Stores.GetValueOrDefault(name) is not (null or MemoryStoreOptions);
        StoreFailurePolicy policy = options.OnStoreFailure ?? (options.FailClosed ? StoreFailurePolicy.Closed : StoreFailurePolicy.Open);
        if (isShared && policy == StoreFailurePolicy.Open)
        {
            return new DeclaredExcess(double.PositiveInfinity, $"it grants everything while the store '{options.Store}' cannot be reached");
        }

        if (isShared && policy == StoreFailurePolicy.Local)
        {
            return new DeclaredExcess(
                double.PositiveInfinity,
                $"while the store '{options.Store}' cannot be reached, each process grants a share that nobody adds up");
        }

        if (options is { Algorithm: LimiterAlgorithm.FixedWindow, Limit: int limit })
        {
            return new DeclaredExcess(limit, "around the border of two periods both their limits may be used");
        }

        return (options.Limiters ?? [])
            .Where(configuration.Limiters.ContainsKey)
            .Select(part => (Part: part, Excess: Of(configuration, part)))
            .Where(static part => !part.Excess.IsStrict)
            .OrderByDescending(static part => part.Excess.Permits)
            .Select(static part => part.Excess with { Reason = $"'{part.Part}': {part.Excess.Reason}" })
            .FirstOrDefault(new DeclaredExcess(0, ""));
    }

    public override string ToString() =>
        IsStrict ? "0" : double.IsFinite(Permits) ? $"{Words.Number(Permits)}: {Reason}" : "without bound: " + Reason;
}
