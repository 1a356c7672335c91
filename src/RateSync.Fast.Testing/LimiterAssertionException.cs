namespace RateSync.Fast.Testing;

/// <summary>A limiter did not do what a test expected of it. Every test framework reports it as a failure.</summary>
public sealed class LimiterAssertionException : Exception
{
    /// <inheritdoc/>
    public LimiterAssertionException()
    {
    }

    /// <inheritdoc/>
    public LimiterAssertionException(string message)
        : base(message)
    {
    }

    /// <inheritdoc/>
    public LimiterAssertionException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
