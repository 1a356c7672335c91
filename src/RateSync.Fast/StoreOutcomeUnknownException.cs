namespace RateSync.Fast;

/// <summary>
/// A store did not answer, and what it was asked to do may have been done, in whole or in part, or may yet be. What was asked for counts as
/// spent. The same operations, with the same numbers, may be sent again within <see cref="StoreCapabilities.RetryHorizon"/>.
/// </summary>
public sealed class StoreOutcomeUnknownException : RateSyncException
{
    /// <inheritdoc/>
    public StoreOutcomeUnknownException()
    {
    }

    /// <inheritdoc/>
    public StoreOutcomeUnknownException(string message)
        : base(message)
    {
    }

    /// <inheritdoc/>
    public StoreOutcomeUnknownException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
