namespace RateSync.Fast;

/// <summary>
/// A place where limits are shared: the one seam that an engine implements. A store decides; it never waits, and it never grants more than
/// the limit that it was shown. <c>docs/design/stores.md</c> states the laws with their reasons; a suite of tests that an engine inherits
/// checks them.
/// </summary>
/// <remarks>
/// <para><b>Atomicity.</b> Every operation is one atomic step on one key. Operations of a batch on the same key take effect in the order
/// given; a batch as a whole is not atomic, and other callers may come in between.</para>
/// <para><b>Time.</b> A store decides by its own clock alone, in nanoseconds from an origin that it chooses, and its time never goes back
/// for a key: where the clock does, the latest time that the key has seen counts. Times of callers never reach it; only durations
/// do.</para>
/// <para><b>Retries.</b> An operation with a <see cref="StoreOperation.Sequence"/> has its effect once. Sent again it gets the answer of
/// the first time, for as long as <see cref="StoreCapabilities.RetryHorizon"/>.</para>
/// <para><b>Errors.</b> <see cref="StoreUnavailableException"/>: certainly nothing was applied. <see cref="StoreOutcomeUnknownException"/>,
/// and
/// <see cref="OperationCanceledException"/>: any part may have been applied, or may yet be; what was asked for counts as spent, and what
/// was given back counts as gone. <see cref="ArgumentException"/> and <see cref="ObjectDisposedException"/>: nothing was applied.</para>
/// <para>Instances are safe for concurrent use.</para>
/// </remarks>
public interface IStore : IAsyncDisposable
{
    /// <summary>The engine's name, as in a configuration file: <c>memory</c>, <c>redis</c>.</summary>
    string Engine { get; }

    /// <summary>What this store can and cannot do. Constant.</summary>
    StoreCapabilities Capabilities { get; }

    /// <summary>Carries out operations, all of them in one round trip where the engine can.</summary>
    /// <param name="operations">What to do, at most <see cref="StoreCapabilities.MaxBatch"/>.</param>
    /// <param name="results">
    /// Receives the answer of each operation at the same index, of the type that the operation names. Not touched unless all were carried
    /// out.
    /// </param>
    /// <param name="cancellationToken">Stops waiting for the answer. Whether the operations take effect is then unknown.</param>
    /// <exception cref="StoreUnavailableException">Nothing was applied.</exception>
    /// <exception cref="StoreOutcomeUnknownException">Some or all may have been applied, or may be later.</exception>
    /// <exception cref="ArgumentException">An operation is not valid, or there is no room for the results; nothing was applied.</exception>
    ValueTask ExecuteAsync(ReadOnlyMemory<StoreOperation> operations, Memory<StoreResult> results, CancellationToken cancellationToken = default);

    /// <summary>Asks the store whether it works. Says so in the answer; throws for cancellation and disposal only.</summary>
    ValueTask<StoreHealth> CheckHealthAsync(CancellationToken cancellationToken = default);
}
