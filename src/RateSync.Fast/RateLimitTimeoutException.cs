using System.Globalization;

namespace RateSync.Fast;

/// <summary>
/// A call waited for permits as long as it was allowed to, or could not have been given them in that time and was told so at
/// once.
/// </summary>
public class RateLimitTimeoutException : RateLimitRejectedException
{
    /// <inheritdoc/>
    public RateLimitTimeoutException()
    {
    }

    /// <inheritdoc/>
    public RateLimitTimeoutException(string message)
        : base(message)
    {
    }

    /// <inheritdoc/>
    public RateLimitTimeoutException(string message, Exception innerException)
        : base(message, innerException)
    {
    }

    /// <summary>For a refusal with its reasons.</summary>
    /// <param name="decision">The refusal.</param>
    /// <param name="timeout">How long the call was allowed to wait.</param>
    public RateLimitTimeoutException(Decision decision, TimeSpan timeout)
        : base(
            string.Create(CultureInfo.InvariantCulture, $"{(decision.Reason == RefusalReason.WaitTooLong ? "There would be no permit" : "No permit")} within {timeout.TotalMilliseconds} ms: {decision}"),
            decision)
    {
        Timeout = timeout;
    }

    /// <summary>How long the call was allowed to wait.</summary>
    public TimeSpan Timeout { get; }
}
