namespace RateSync.Fast;

/// <summary>What a named limiter limits. Two options are equal if all they say is equal, what is in their collections included.</summary>
/// <remarks>
/// A limiter needs <see cref="RatePerSecond"/>, or <see cref="Limit"/> and <see cref="Window"/>, or <see cref="MaxConcurrent"/>, or
/// <see cref="Limiters"/>. Options that do not fit together are refused where they are used, with a
/// <see cref="ConfigurationException"/> that lists all that is wrong.
/// </remarks>
public sealed record LimiterOptions
{
    /// <summary>The store that counts. In a file: <c>store</c>.</summary>
    /// <value>
    /// By default the only store there is, or this process's memory if there is none. Where there are several it must be said; a limiter of
    /// code that does not say it, and was there before them, is counted in memory.
    /// </value>
    public string? Store { get; init; }

    /// <summary>How permits are counted over time. In a file: <c>algorithm</c>.</summary>
    /// <value>By default <see cref="LimiterAlgorithm.TokenBucket"/>.</value>
    public LimiterAlgorithm Algorithm { get; init; }

    /// <summary>Permits per second on average, for a token bucket or a leaky bucket. In a file: <c>rate_per_second</c>.</summary>
    /// <value>From 0.000000001 to 1,000,000,000, fractions included; by default no rate.</value>
    public double? RatePerSecond { get; init; }

    /// <summary>
    /// Permits that a token bucket may grant at once after a rest; 1 spaces grants evenly. A leaky bucket has none: how many may be in
    /// line is its <see cref="QueueLimit"/>. In a file: <c>burst</c>.
    /// </summary>
    /// <value>From 1 to 2^40; by default <see cref="RatePerSecond"/> rounded up, which is what comes in a second.</value>
    public long? Burst { get; init; }

    /// <summary>Permits in any <see cref="Window"/>, for the algorithms with windows. In a file: <c>limit</c>.</summary>
    /// <value>1 or more, for <see cref="LimiterAlgorithm.SlidingWindow"/> at most 65,536; by default none.</value>
    public int? Limit { get; init; }

    /// <summary>The length of a window, for the algorithms with windows. In a file: <c>window_seconds</c>, fractions included.</summary>
    /// <value>More than zero, at most 10,000 days; by default none.</value>
    public TimeSpan? Window { get; init; }

    /// <summary>Permits that may be in use at a time, alone or with any of the above. In a file: <c>max_concurrent</c>.</summary>
    /// <value>1 or more; by default no limit.</value>
    public int? MaxConcurrent { get; init; }

    /// <summary>How long a call waits that does not say so itself. In a file: <c>timeout</c>, in seconds, fractions included.</summary>
    /// <value>Zero or more, zero means not at all; by default for ever.</value>
    public TimeSpan? Timeout { get; init; }

    /// <summary>
    /// Whether a store that cannot be reached means that nothing is granted. <see cref="OnStoreFailure"/> says more and goes first. In
    /// a file: <c>fail_closed</c>.
    /// </summary>
    /// <value>By default not: everything is granted then.</value>
    public bool FailClosed { get; init; }

    /// <summary>What happens while the store cannot be reached. In a file: <c>on_store_failure</c>.</summary>
    /// <value>By default what <see cref="FailClosed"/> says.</value>
    public StoreFailurePolicy? OnStoreFailure { get; init; }

    /// <summary>Whether the limiter decides and counts, but never refuses. In a file: <c>shadow</c>.</summary>
    /// <value>By default not.</value>
    public bool Shadow { get; init; }

    /// <summary>
    /// The longest time that this process may hold permits of a distributed store in advance. In a file: <c>lease_ms</c>.
    /// </summary>
    /// <value>More than zero, at most an hour; by default as the traffic asks for.</value>
    public TimeSpan? Lease { get; init; }

    /// <summary>The most permits of a distributed store that this process may hold in advance. In a file: <c>max_lease</c>.</summary>
    /// <value>1 or more; by default as the traffic asks for.</value>
    public long? MaxLease { get; init; }

    /// <summary>
    /// Whether options are an error whose <see cref="Limiter.DeclaredExcess"/> is not 0: that could ever grant more than the limit in any
    /// time of a window's length. Those are a <see cref="LimiterAlgorithm.FixedWindow"/>, shadow mode, a store of several processes without
    /// which everything is granted, and whatever refers to one of these. In a file: <c>strict</c>.
    /// </summary>
    /// <value>By default not.</value>
    public bool Strict { get; init; }

    /// <summary>Calls that may wait in line at a time; more are refused. In a file: <c>queue_limit</c>.</summary>
    /// <value>0 or more; by default no limit.</value>
    public int? QueueLimit { get; init; }

    /// <summary>Keys that <c>For(id, key)</c> counts one by one at the same time. In a file: <c>max_keys</c>.</summary>
    /// <value>From 64 to 100,000,000; by default 1,000,000.</value>
    public int? MaxKeys { get; init; }

    /// <summary>
    /// Which share of the limit calls of a priority may use up; what lies above is kept for more urgent ones. In a file:
    /// <c>priorities = { low = 0.5, normal = 0.8 }</c>.
    /// </summary>
    /// <value>More than 0, at most 1, and never less for a higher priority; 1 for a priority that is not named.</value>
    public IReadOnlyDictionary<Priority, double>? Priorities { get; init; }

    /// <summary>
    /// Whether tenants (<see cref="AcquireOptions.Tenant"/>) that wait take turns, by their <see cref="Weights"/>, instead of being
    /// served in the order in which they came. In a file: <c>fair</c>.
    /// </summary>
    /// <value>By default not, unless there are <see cref="Weights"/>.</value>
    public bool Fair { get; init; }

    /// <summary>The shares of tenants that wait, relative to each other. In a file: <c>weights = { gold = 4 }</c>.</summary>
    /// <value>From 0.001 to 1,000,000; 1 for a tenant that is not named.</value>
    public IReadOnlyDictionary<string, double>? Weights { get; init; }

    /// <summary>
    /// The names of limiters that must grant together or not at all. What is made of others has no rate, window, slots, priorities or turns
    /// of its own. In a file: <c>limiters</c>.
    /// </summary>
    /// <value>By default none.</value>
    public IReadOnlyList<string>? Limiters { get; init; }

    /// <summary>How many of <see cref="Limiters"/> must grant. In a file: <c>strategy</c>.</summary>
    /// <value>By default all of them.</value>
    public CompositeStrategy Strategy { get; init; }

    /// <summary>Whether all they say is equal. Dictionaries are compared whatever their order, lists in order.</summary>
    /// <param name="other">The other options.</param>
    /// <returns>True if it is.</returns>
    public bool Equals(LimiterOptions? other) => ReferenceEquals(this, other)
        || (other is not null
            && Scalars() == other.Scalars()
            && Switches() == other.Switches()
            && SameEntries(Priorities, other.Priorities)
            && SameEntries(Weights, other.Weights)
            && (Limiters is null ? other.Limiters is null
                : other.Limiters is not null && Limiters.SequenceEqual(other.Limiters, StringComparer.Ordinal)));

    /// <inheritdoc/>
    public override int GetHashCode() =>
        HashCode.Combine(Scalars(), Switches(), Priorities?.Count, Weights?.Count, Limiters?.Count);

    private (string?, LimiterAlgorithm, double?, long?, int?, TimeSpan?, int?, TimeSpan?) Scalars() =>
        (Store, Algorithm, RatePerSecond, Burst, Limit, Window, MaxConcurrent, Timeout);

    private (bool, StoreFailurePolicy?, bool, TimeSpan?, long?, bool, int?, int?, bool, CompositeStrategy) Switches() =>
        (FailClosed, OnStoreFailure, Shadow, Lease, MaxLease, Strict, QueueLimit, MaxKeys, Fair, Strategy);

    private static bool SameEntries<TKey>(IReadOnlyDictionary<TKey, double>? a, IReadOnlyDictionary<TKey, double>? b)
        where TKey : notnull =>
        a is null || b is null
            ? a is null && b is null
            : a.Count == b.Count && a.All(entry => b.TryGetValue(entry.Key, out double value) && value.Equals(entry.Value));
}
