namespace RateSync.Fast;

/// <summary>
/// A store cannot be used: the package with its engine is missing, or the server cannot be reached and the limiter is to refuse
/// then.
/// </summary>
public class StoreUnavailableException : RateSyncException
{
    /// <inheritdoc/>
    public StoreUnavailableException()
    {
    }

    /// <inheritdoc/>
    public StoreUnavailableException(string message)
        : base(message)
    {
    }

    /// <inheritdoc/>
    public StoreUnavailableException(string message, Exception innerException)
        : base(message, innerException)
    {
    }

    /// <summary>The name of the store.</summary>
    /// <value>Empty if the exception was made from a message alone.</value>
    public string Store { get; init; } = "";

    /// <summary>The engine of the store.</summary>
    /// <value>For instance <c>redis</c>; empty if the exception was made from a message alone.</value>
    public string Engine { get; init; } = "";

    /// <summary>The package to add.</summary>
    /// <value>For instance <c>RateSync.Fast.Redis</c>; null if no package is missing.</value>
    public string? Package { get; init; }
}
