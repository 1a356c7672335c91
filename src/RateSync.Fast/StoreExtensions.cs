namespace RateSync.Fast;

/// <summary>Single operations on a store.</summary>
public static class StoreExtensions
{
    /// <summary>Carries out one operation; see <see cref="IStore.ExecuteAsync"/> for what it throws.</summary>
    public static async ValueTask<TResult> ExecuteAsync<TResult>(
        this IStore store, StoreOperation<TResult> operation, CancellationToken cancellationToken = default)
        where TResult : StoreResult
    {
        ArgumentNullException.ThrowIfNull(store);
        StoreResult[] results = new StoreResult[1];
        await store.ExecuteAsync(new StoreOperation[] { operation }, results, cancellationToken).ConfigureAwait(false);
        return (TResult)results[0];
    }

    /// <summary>
    /// Starts a cooldown; <c>true</c> for the one caller who did, <c>false</c> while it runs. Not to be sent again if the outcome is
    /// unknown.
    /// </summary>
    public static async ValueTask<bool> TryStartCooldownAsync(
        this IStore store, string key, TimeSpan duration, CancellationToken cancellationToken = default) =>
        (await store.ExecuteAsync(new CooldownOperation { Key = key, Duration = duration }, cancellationToken).ConfigureAwait(false)).Started;

    /// <summary>
    /// Adds to a counter, which begins to live if it did not, and says what it has come to. Not to be sent again if the outcome is unknown.
    /// </summary>
    public static async ValueTask<long> AddAsync(
        this IStore store, string key, long delta, TimeSpan timeToLive, CancellationToken cancellationToken = default) =>
        (await store.ExecuteAsync(new CounterOperation { Key = key, Delta = delta, TimeToLive = timeToLive }, cancellationToken).ConfigureAwait(false)).Value;

    /// <summary>Looks at a key; takes nothing.</summary>
    public static ValueTask<StoreState> ReadAsync(
        this IStore store, StoreKeyspace keyspace, string key, CancellationToken cancellationToken = default) =>
        store.ExecuteAsync(new ReadOperation(keyspace) { Key = key }, cancellationToken);
}
