using System.Globalization;
using System.Runtime.CompilerServices;
using RateSync.Fast.Engine;

namespace RateSync.Fast;

/// <summary>
/// Decides who may go on: <see cref="TryAcquire()"/> answers at once, <see cref="Attempt(int)"/> answers with reasons, and
/// <see cref="AcquireAsync(CancellationToken)"/> waits in line.
/// </summary>
/// <remarks>
/// All members are safe to call from any thread at any time. While somebody waits in line, <see cref="TryAcquire()"/> and
/// <see cref="Attempt(int)"/> do not step ahead of them.
/// </remarks>
public abstract class Limiter : IDisposable, IAsyncDisposable
{
    // Set once by the constructor of the derived type.
    private ILimiterEngine _engine = null!;
    private long _limit;

    private protected Limiter(string? id)
    {
        Id = id ?? GetType().Name;
    }

    /// <summary>A name for logs, metrics and explanations.</summary>
    /// <value>By default the name of the type.</value>
    public string Id { get; }

    /// <summary>The most permits that can be granted at once: burst, window limit or number of slots.</summary>
    public long Limit => _limit;

    /// <summary>
    /// By how many permits more than its limit this limiter can grant in the worst interval of its window's length. 0 means strict. A
    /// <see cref="FixedWindow"/> declares its limit, as that may pass on both sides of a border; in shadow mode nothing is bounded; a
    /// limiter that is made of others declares the most that any of them does.
    /// </summary>
    public double DeclaredExcess => Engine.DeclaredExcess;

    /// <summary>
    /// How many permits less than the textbook limiter this one may have to give to a lone caller right after idling, because they are
    /// charged to threads that were busy before. At most a sixteenth of <see cref="Limit"/>; 0 where the limit is too small to be split.
    /// </summary>
    public long DeclaredShortfall => Engine.DeclaredShortfall;

    internal ILimiterEngine Engine => _engine;

    /// <summary>Whether it belongs to somebody else than those who hold it.</summary>
    private protected virtual bool IsShared => false;

    /// <summary>Takes one permit if it is to be had now.</summary>
    /// <returns>Whether it was granted. A slot of a concurrency limit is given back by <see cref="Release"/>.</returns>
    /// <exception cref="ObjectDisposedException">The limiter has been disposed of.</exception>
    public abstract bool TryAcquire();

    /// <summary>Takes several permits, all or none, if they are to be had now.</summary>
    /// <param name="permits">From 1 to <see cref="Limit"/>. 0 takes nothing and asks whether one would be granted now.</param>
    /// <returns>Whether they were granted.</returns>
    /// <exception cref="ArgumentOutOfRangeException">Negative, or more than could ever be granted.</exception>
    /// <exception cref="ObjectDisposedException">The limiter has been disposed of.</exception>
    public bool TryAcquire(int permits)
    {
        CheckPermits(permits);
        return permits == 0 ? Engine.Peek(1).Allowed : Engine.TryTake(permits);
    }

    /// <summary>Takes permits if they are to be had now, as a value that gives slots back when it is disposed.</summary>
    /// <param name="permit">What was granted; empty if nothing was.</param>
    /// <param name="permits">From 1 to <see cref="Limit"/>. 0 takes nothing and asks whether one would be granted now.</param>
    /// <returns>Whether they were granted.</returns>
    /// <exception cref="ArgumentOutOfRangeException">Negative, or more than could ever be granted.</exception>
    /// <exception cref="ObjectDisposedException">The limiter has been disposed of.</exception>
    public bool TryAcquire(out Permit permit, int permits = 1)
    {
        CheckPermits(permits);
        if (permits == 0)
        {
            permit = default;
            return Engine.Peek(1).Allowed;
        }

        return Engine.TryTake(permits, out permit);
    }

    /// <summary>Takes permits if they are to be had now, and says how the limiter stands and, if it refuses, why and until when.</summary>
    /// <param name="permits">From 1 to <see cref="Limit"/>. 0 takes nothing and asks whether one would be granted now.</param>
    /// <returns>The decision with its reasons.</returns>
    /// <exception cref="ArgumentOutOfRangeException">Negative, or more than could ever be granted.</exception>
    /// <exception cref="ObjectDisposedException">The limiter has been disposed of.</exception>
    public Decision Attempt(int permits = 1)
    {
        CheckPermits(permits);
        return permits == 0 ? Engine.Peek(1) : Engine.Attempt(permits);
    }

    /// <summary>As <see cref="Attempt(int)"/>, for a caller of some priority.</summary>
    /// <param name="options">What is asked for and by whom; nobody waits, so its timeout means nothing.</param>
    /// <returns>The decision with its reasons.</returns>
    /// <exception cref="ArgumentOutOfRangeException">More permits than could ever be granted.</exception>
    /// <exception cref="ObjectDisposedException">The limiter has been disposed of.</exception>
    public Decision Attempt(in AcquireOptions options)
    {
        CheckPermits(options.Permits);
        return Engine.Attempt(options);
    }

    /// <summary>What <see cref="Attempt(int)"/> would answer now, taking nothing: also the estimate of a wait.</summary>
    /// <param name="permits">From 1 to <see cref="Limit"/>; 0 stands for 1.</param>
    /// <returns>The decision that would be made.</returns>
    /// <exception cref="ArgumentOutOfRangeException">Negative, or more than could ever be granted.</exception>
    public Decision Peek(int permits = 1)
    {
        CheckPermits(permits);
        return Engine.Peek(Math.Max(1, permits));
    }

    /// <summary>Waits for one permit, for as long as it takes.</summary>
    /// <param name="cancellationToken">Ends the wait and gives the place in line back.</param>
    /// <returns>The permit. Completes at once, without allocating, if it is to be had now.</returns>
    /// <exception cref="OperationCanceledException">The token was cancelled first.</exception>
    /// <exception cref="RateLimitRejectedException">As many callers wait as the limiter's queue limit allows.</exception>
    /// <exception cref="ObjectDisposedException">The limiter has been disposed of, before or during the wait.</exception>
    public ValueTask<Permit> AcquireAsync(CancellationToken cancellationToken = default) =>
        AcquireAsync(1, Engine.DefaultTimeout, cancellationToken);

    /// <summary>Waits for several permits, all at once, for as long as it takes.</summary>
    /// <param name="permits">From 1 to <see cref="Limit"/>. 0 takes nothing and waits until one would be granted.</param>
    /// <param name="cancellationToken">Ends the wait and gives the place in line back.</param>
    /// <returns>The permit. Completes at once, without allocating, if it is to be had now.</returns>
    /// <exception cref="ArgumentOutOfRangeException">Negative, or more than could ever be granted.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled first.</exception>
    /// <exception cref="RateLimitRejectedException">As many callers wait as the limiter's queue limit allows.</exception>
    /// <exception cref="ObjectDisposedException">The limiter has been disposed of, before or during the wait.</exception>
    public ValueTask<Permit> AcquireAsync(int permits, CancellationToken cancellationToken = default) =>
        AcquireAsync(permits, Engine.DefaultTimeout, cancellationToken);

    /// <summary>Waits for permits as a caller of some priority, or of some tenant.</summary>
    /// <param name="options">
    /// What is asked for and by whom. Priority and tenant mean something to limiters that were made from <see cref="LimiterOptions"/>;
    /// others serve all callers alike.
    /// </param>
    /// <param name="cancellationToken">Ends the wait and gives the place in line back.</param>
    /// <returns>The permit. Completes at once, without allocating, if it is to be had now.</returns>
    /// <exception cref="ArgumentOutOfRangeException">More permits than could ever be granted, or a negative timeout.</exception>
    /// <exception cref="RateLimitTimeoutException">There was no permit in time, or there could not have been one.</exception>
    /// <exception cref="RateLimitRejectedException">As many callers wait as the limiter's queue limit allows.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled first.</exception>
    /// <exception cref="ObjectDisposedException">The limiter has been disposed of, before or during the wait.</exception>
    public ValueTask<Permit> AcquireAsync(in AcquireOptions options, CancellationToken cancellationToken = default)
    {
        CheckPermits(options.Permits);
        Check.Timeout(options.Timeout ?? TimeSpan.Zero, nameof(options));
        return cancellationToken.IsCancellationRequested
            ? ValueTask.FromCanceled<Permit>(cancellationToken)
            : Engine.AcquireAsync(options, cancellationToken);
    }

    /// <summary>Waits for several permits, all at once, for a limited time.</summary>
    /// <param name="permits">From 1 to <see cref="Limit"/>. 0 takes nothing and waits until one would be granted.</param>
    /// <param name="timeout">
    /// How long to wait at the most; <see cref="TimeSpan.Zero"/> does not wait, <see cref="Timeout.InfiniteTimeSpan"/> waits
    /// for ever. A wait that cannot end in time is refused at once.
    /// </param>
    /// <param name="cancellationToken">Ends the wait and gives the place in line back.</param>
    /// <returns>
    /// The permit. Completes at once, without allocating, if it is to be had now. Callers are served first come, first
    /// served, by the platform's timer where they wait for time to pass: a rate limit is used in full by waiters if its burst covers
    /// what comes in between two ticks, 1 to 16 ms depending on the system. A continuation never runs on the thread that made the permit
    /// available.
    /// </returns>
    /// <exception cref="ArgumentOutOfRangeException">A negative number, more than could ever be granted, or a negative timeout.</exception>
    /// <exception cref="RateLimitTimeoutException">There was no permit in time, or there could not have been one.</exception>
    /// <exception cref="RateLimitRejectedException">As many callers wait as the limiter's queue limit allows.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled first.</exception>
    /// <exception cref="ObjectDisposedException">The limiter has been disposed of, before or during the wait.</exception>
    public ValueTask<Permit> AcquireAsync(int permits, TimeSpan timeout, CancellationToken cancellationToken = default)
    {
        CheckPermits(permits);
        Check.Timeout(timeout, nameof(timeout));
        return cancellationToken.IsCancellationRequested
            ? ValueTask.FromCanceled<Permit>(cancellationToken)
            : Engine.AcquireAsync(permits, timeout, cancellationToken);
    }

    /// <summary>
    /// As <see cref="AcquireAsync(int, TimeSpan, CancellationToken)"/>, but a refusal is a value instead of an exception.
    /// </summary>
    /// <inheritdoc cref="AcquireAsync(int, TimeSpan, CancellationToken)" path="/param"/>
    /// <returns>The decision with its reasons; <see cref="Decision.Permit"/> is what was granted.</returns>
    /// <exception cref="ArgumentOutOfRangeException">A negative number, more than could ever be granted, or a negative timeout.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled first.</exception>
    /// <exception cref="ObjectDisposedException">The limiter has been disposed of, before or during the wait.</exception>
    public ValueTask<Decision> AttemptAsync(int permits, TimeSpan timeout, CancellationToken cancellationToken = default)
    {
        CheckPermits(permits);
        Check.Timeout(timeout, nameof(timeout));
        return cancellationToken.IsCancellationRequested
            ? ValueTask.FromCanceled<Decision>(cancellationToken)
            : Engine.AttemptAsync(permits, timeout, cancellationToken);
    }

    /// <summary>
    /// As <see cref="AcquireAsync(in AcquireOptions, CancellationToken)"/>, but a refusal is a value instead of an exception.
    /// </summary>
    /// <inheritdoc cref="AcquireAsync(in AcquireOptions, CancellationToken)" path="/param"/>
    /// <returns>The decision with its reasons; <see cref="Decision.Permit"/> is what was granted.</returns>
    /// <exception cref="ArgumentOutOfRangeException">More permits than could ever be granted, or a negative timeout.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled first.</exception>
    /// <exception cref="ObjectDisposedException">The limiter has been disposed of, before or during the wait.</exception>
    public ValueTask<Decision> AttemptAsync(in AcquireOptions options, CancellationToken cancellationToken = default)
    {
        CheckPermits(options.Permits);
        Check.Timeout(options.Timeout ?? TimeSpan.Zero, nameof(options));
        return cancellationToken.IsCancellationRequested
            ? ValueTask.FromCanceled<Decision>(cancellationToken)
            : Engine.AttemptAsync(options, cancellationToken);
    }

    /// <summary>Waits for a permit, does the work, and gives concurrency slots back, whatever comes of the work.</summary>
    /// <param name="work">The work; it is given <paramref name="cancellationToken"/>.</param>
    /// <param name="cancellationToken">Ends the wait; whether it ends the work is up to that.</param>
    /// <returns>A task that ends with the work.</returns>
    /// <exception cref="ArgumentNullException">There is no work.</exception>
    /// <exception cref="RateLimitTimeoutException">There was no permit within the limiter's own timeout, if it has one.</exception>
    /// <exception cref="RateLimitRejectedException">As many callers wait as the limiter's queue limit allows.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled first.</exception>
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
    /// Gives concurrency slots back that were taken by <see cref="TryAcquire()"/>, to the first waiter if there is one. Does nothing for a
    /// pure rate limit. A <see cref="Permit"/> is disposed instead.
    /// </summary>
    /// <param name="permits">How many, 1 or more.</param>
    /// <exception cref="ArgumentOutOfRangeException">Less than 1.</exception>
    /// <exception cref="SemaphoreFullException">More slots were given back than had been taken.</exception>
    public void Release(int permits = 1)
    {
        Check.AtLeast(permits, 1, nameof(permits));
        Engine.Release(permits);
    }

    /// <summary>How the limiter stands now. Takes no permit.</summary>
    /// <returns>A snapshot.</returns>
    public LimiterState GetState() => Engine.GetState();

    /// <summary>What the limiter has done so far.</summary>
    /// <returns>A snapshot.</returns>
    public LimiterMetrics GetMetrics() => Engine.GetMetrics();

    /// <summary>
    /// Refuses everything from now on: calls throw <see cref="ObjectDisposedException"/>, and so do those that wait. May be called again.
    /// </summary>
    /// <remarks>A limiter of a <see cref="LimiterRegistry"/> is not affected: it is everybody's, and ends with the registry.</remarks>
    public void Dispose()
    {
        if (!IsShared)
        {
            Engine.Dispose();
        }

        GC.SuppressFinalize(this);
    }

    /// <inheritdoc cref="Dispose"/>
    /// <returns>A completed task.</returns>
    public ValueTask DisposeAsync()
    {
        Dispose();
        GC.SuppressFinalize(this);
        return default;
    }

    /// <summary>Takes the engine that everything but the hottest path is handed on to. Last in a constructor.</summary>
    private protected void Use(ILimiterEngine engine)
    {
        _engine = engine;
        _limit = engine.Limit;
    }

    /// <summary>The engine's limit has changed, or is about to: calls may ask for that much from now on.</summary>
    internal void UpdateLimit(long limit) => _limit = limit;

    /// <summary>The limiter's id and how it stands.</summary>
    public override string ToString()
    {
        LimiterState state = GetState();
        return string.Create(CultureInfo.InvariantCulture, $"{Id}: {state.Remaining} of {state.Limit} left, {state.Waiting} waiting");
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void CheckPermits(int permits)
    {
        if (permits < 0 || permits > _limit)
        {
            ThrowPermits(permits);
        }
    }

    private void ThrowPermits(int permits) => Check.Throw(
        nameof(permits),
        permits,
        string.Create(CultureInfo.InvariantCulture, $"It must be from 0 to {Limit}, the most that {Engine.NarrowestId} can ever grant at once."));
}
