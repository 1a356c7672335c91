namespace RateSync.Fast;

/// <summary>What one call to a named limiter wants. The default value is one permit at normal priority.</summary>
public readonly record struct AcquireOptions
{
    // One less, so that the default value of the struct asks for one.
    private readonly int _permitsMinusOne;

    /// <summary>Permits that are wanted, all or none.</summary>
    /// <value>1 or more (a call with fewer throws <see cref="ArgumentOutOfRangeException"/>); by default 1.</value>
    public int Permits
    {
        get => unchecked(_permitsMinusOne + 1);
        init => _permitsMinusOne = unchecked(value - 1);
    }

    /// <summary>How long the call may wait.</summary>
    /// <value>
    /// <see cref="TimeSpan.Zero"/> not at all, <see cref="System.Threading.Timeout.InfiniteTimeSpan"/> for ever; by default
    /// <see cref="LimiterOptions.Timeout"/>.
    /// </value>
    public TimeSpan? Timeout { get; init; }

    /// <summary>How urgent it is.</summary>
    /// <value>By default <see cref="Priority.Normal"/>.</value>
    public Priority Priority { get; init; }

    /// <summary>On whose behalf it is made, for a limiter that is <see cref="LimiterOptions.Fair"/>.</summary>
    /// <value>By default nobody's: such calls share one place among the tenants.</value>
    public string? Tenant { get; init; }
}
