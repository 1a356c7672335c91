namespace RateSync.Fast;

/// <summary>A call that promises a permit could not be given one.</summary>
public class RateLimitRejectedException : RateSyncException
{
    /// <inheritdoc/>
    public RateLimitRejectedException()
    {
    }

    /// <inheritdoc/>
    public RateLimitRejectedException(string message)
        : base(message)
    {
    }

    /// <inheritdoc/>
    public RateLimitRejectedException(string message, Exception innerException)
        : base(message, innerException)
    {
    }

    /// <summary>For a refusal with its reasons.</summary>
    /// <param name="decision">The refusal.</param>
    public RateLimitRejectedException(Decision decision)
        : base("No permit: " + decision)
    {
        Decision = decision;
    }

    /// <summary>For a refusal with its reasons and a message of its own.</summary>
    /// <param name="message">The message.</param>
    /// <param name="decision">The refusal.</param>
    public RateLimitRejectedException(string message, Decision decision)
        : base(message)
    {
        Decision = decision;
    }

    /// <summary>The refusal and its reasons.</summary>
    public Decision Decision { get; }
}
