using RateSync.Fast.Algorithms;
using RateSync.Fast.Engine;

namespace RateSync.Fast;

/// <summary>
/// A named limiter for one key, such as a user of an API: the limits are the limiter's and follow its changes, what is spent is the key's
/// own. A value, not an object:
/// the key is an entry in a flat table, and is forgotten when it is as good as never seen.
/// </summary>
/// <remarks>
/// Thread-safe. Two clones of the same limiter for the same key are the same. A default value is no clone; its members throw.
/// </remarks>
public readonly struct LimiterClone : IEquatable<LimiterClone>
{
    private readonly CloneGroup? _group;
    private readonly KeyHash _hash;

    internal LimiterClone(CloneGroup group, string key, in KeyHash hash)
    {
        _group = group;
        Key = key;
        _hash = hash;
    }

    /// <summary>The limiter's name and the key: "name:key".</summary>
    public string Id => $"{Group.Id}:{Key}";

    /// <summary>The key.</summary>
    public string Key { get; }

    private CloneGroup Group => _group ?? throw new InvalidOperationException("A default LimiterClone is no clone of anything.");

    /// <summary>Takes permits, all or none, if they are to be had now.</summary>
    /// <param name="permits">From 1 to the limit. 0 takes nothing and asks whether one would be granted now.</param>
    /// <returns>
    /// Whether they were granted. Slots of a limit on concurrency are given back by <see cref="Release"/>: one for each permit, or one for
    /// the call where there is a rate as well.
    /// </returns>
    /// <exception cref="ArgumentOutOfRangeException">Negative, or more than could ever be granted.</exception>
    /// <exception cref="ObjectDisposedException">The limiter has been disposed of.</exception>
    public bool TryAcquire(int permits = 1) => Group.TryAcquire(_hash, permits);

    /// <inheritdoc cref="TryAcquire"/>
    /// <returns>
    /// The decision with its reasons. Its <see cref="Decision.Permit"/> holds slots, if there are any, until it is disposed of. Where only
    /// a rate is limited it is empty, and what was granted goes back through <see cref="Refund"/> or <see cref="Settle"/>.
    /// </returns>
    public Decision Attempt(int permits = 1) => Group.Attempt(_hash, permits);

    /// <summary>What <see cref="Attempt"/> would answer now, taking nothing.</summary>
    /// <param name="permits">From 1 to the limit; 0 stands for 1.</param>
    /// <returns>The decision that would be made.</returns>
    /// <exception cref="ArgumentOutOfRangeException">Negative, or more than could ever be granted.</exception>
    /// <exception cref="ObjectDisposedException">The limiter has been disposed of.</exception>
    public Decision Peek(int permits = 1) => Group.Peek(_hash, permits);

    /// <summary>Waits for one permit, for as long as <see cref="LimiterOptions.Timeout"/> says.</summary>
    /// <inheritdoc cref="AcquireAsync(int, TimeSpan, CancellationToken)"/>
    public ValueTask<Permit> AcquireAsync(CancellationToken cancellationToken = default) => AcquireAsync(1, cancellationToken);

    /// <summary>Waits for permits, all at once, for as long as <see cref="LimiterOptions.Timeout"/> says.</summary>
    /// <inheritdoc cref="AcquireAsync(int, TimeSpan, CancellationToken)"/>
    public ValueTask<Permit> AcquireAsync(int permits, CancellationToken cancellationToken = default)
    {
        CloneGroup group = Group;
        return group.AcquireAsync(_hash, permits, group.DefaultTimeout, cancellationToken);
    }

    /// <summary>
    /// Waits for permits, all at once, for a limited time. Those who wait for the same key are served first come, first served.
    /// </summary>
    /// <param name="permits">From 1 to the limit. 0 takes nothing and waits until one would be granted.</param>
    /// <param name="timeout">
    /// How long to wait at the most; <see cref="TimeSpan.Zero"/> does not wait, <see cref="Timeout.InfiniteTimeSpan"/> waits for ever. A
    /// wait that cannot end in time is refused at once.
    /// </param>
    /// <param name="cancellationToken">Ends the wait and gives the place in line back.</param>
    /// <returns>
    /// The permit, when it was granted; at once if it is to be had now. It holds slots, if there are any, until it is disposed of: one for
    /// each permit, or one for the call where there is a rate as well. Where only a rate is limited it is empty.
    /// </returns>
    /// <exception cref="ArgumentOutOfRangeException">A negative number, more than could ever be granted, or a negative timeout.</exception>
    /// <exception cref="RateLimitTimeoutException">There were no permits in time, or there could not have been.</exception>
    /// <exception cref="RateLimitRejectedException">
    /// As many callers wait for the key as <see cref="LimiterOptions.QueueLimit"/> allows, or the limit was changed to less than was
    /// asked for.
    /// </exception>
    /// <exception cref="OperationCanceledException">The token was cancelled first.</exception>
    /// <exception cref="ObjectDisposedException">The limiter has been disposed of, before or during the wait.</exception>
    public ValueTask<Permit> AcquireAsync(int permits, TimeSpan timeout, CancellationToken cancellationToken = default) =>
        Group.AcquireAsync(_hash, permits, timeout, cancellationToken);

    /// <summary>
    /// As <see cref="AcquireAsync(int, TimeSpan, CancellationToken)"/>, but a refusal is a value instead of an exception.
    /// </summary>
    /// <inheritdoc cref="AcquireAsync(int, TimeSpan, CancellationToken)" path="/param"/>
    /// <returns>The decision with its reasons.</returns>
    /// <exception cref="ArgumentOutOfRangeException">A negative number, more than could ever be granted, or a negative timeout.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled first.</exception>
    /// <exception cref="ObjectDisposedException">The limiter has been disposed of, before or during the wait.</exception>
    public ValueTask<Decision> AttemptAsync(int permits, TimeSpan timeout, CancellationToken cancellationToken = default) =>
        Group.AttemptAsync(_hash, permits, timeout, cancellationToken);

    /// <summary>Waits for a permit of the key, does the work, and gives the concurrency slot back, whatever comes of the work.</summary>
    /// <param name="work">The work; it is given <paramref name="cancellationToken"/>.</param>
    /// <param name="cancellationToken">Ends the wait; whether it ends the work is up to that.</param>
    /// <returns>A task that ends with the work.</returns>
    /// <exception cref="ArgumentNullException">There is no work.</exception>
    /// <exception cref="RateLimitTimeoutException">There was no permit within <see cref="LimiterOptions.Timeout"/>.</exception>
    /// <exception cref="RateLimitRejectedException">
    /// As many callers wait for the key as <see cref="LimiterOptions.QueueLimit"/> allows.
    /// </exception>
    /// <exception cref="OperationCanceledException">The token was cancelled first.</exception>
    /// <exception cref="ObjectDisposedException">The limiter has been disposed of, before or during the wait.</exception>
    public async ValueTask InvokeAsync(Func<CancellationToken, ValueTask> work, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(work);
        using Permit permit = await AcquireAsync(cancellationToken).ConfigureAwait(false);
        await work(cancellationToken).ConfigureAwait(false);
    }

    /// <inheritdoc cref="InvokeAsync(Func{CancellationToken, ValueTask}, CancellationToken)"/>
    /// <typeparam name="T">What the work results in.</typeparam>
    /// <returns>What the work resulted in.</returns>
    public async ValueTask<T> InvokeAsync<T>(Func<CancellationToken, ValueTask<T>> work, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(work);
        using Permit permit = await AcquireAsync(cancellationToken).ConfigureAwait(false);
        return await work(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>
    /// Gives concurrency slots back that were taken by <see cref="TryAcquire"/>, to the first who waits for this key. Does nothing where
    /// only a rate is limited. A <see cref="Permit"/> is disposed of instead.
    /// </summary>
    /// <param name="permits">How many, 1 or more.</param>
    /// <exception cref="ArgumentOutOfRangeException">Less than 1.</exception>
    /// <exception cref="SemaphoreFullException">The key has fewer slots out; none was given back.</exception>
    public void Release(int permits = 1) => Group.Release(_hash, permits);

    /// <summary>Gives permits of a rate back unused. Slots are given back by <see cref="Release"/>.</summary>
    /// <param name="permits">How many, 0 or more; not more than were granted.</param>
    /// <exception cref="ArgumentOutOfRangeException">Negative.</exception>
    public void Refund(int permits) => Group.Refund(_hash, permits);

    /// <inheritdoc cref="KeyedLimiter.Settle"/>
    public void Settle(int granted, int actual) => Group.Settle(_hash, granted, actual);

    /// <summary>Whether both are the same key of the same limiter with the same limits.</summary>
    public bool Equals(LimiterClone other) => ReferenceEquals(_group, other._group) && _hash == other._hash;

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is LimiterClone other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(_group, _hash);

    /// <summary>Its id.</summary>
    public override string ToString() => _group is null ? "" : Id;

    /// <summary>Whether both are the same key of the same limiter with the same limits.</summary>
    public static bool operator ==(LimiterClone left, LimiterClone right) => left.Equals(right);

    /// <summary>Whether they are different.</summary>
    public static bool operator !=(LimiterClone left, LimiterClone right) => !left.Equals(right);
}
