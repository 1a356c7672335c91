namespace RateSync.Fast;

/// <summary>The base of all exceptions that this library defines. A refusal alone is never one.</summary>
public class RateSyncException : Exception
{
    /// <inheritdoc/>
    public RateSyncException()
    {
    }

    /// <inheritdoc/>
    public RateSyncException(string message)
        : base(message)
    {
    }

    /// <inheritdoc/>
    public RateSyncException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
