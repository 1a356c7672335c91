namespace RateSync.Fast.Telemetry;

/// <summary>
/// When something counted last happened, for counters that are not timed: each reading that finds the count higher than the
/// one before knows that it happened after that one.
/// </summary>
internal sealed class LastSeen(long now)
{
    private readonly Lock _gate = new();
    private long _count;
    private long _readAt = now;
    private long _notBefore = long.MinValue;

    /// <summary>A clock tick that the last event was not before; null if there was none.</summary>
    /// <param name="count">The count as read now.</param>
    /// <param name="now">The clock tick.</param>
    /// <param name="known">A tick at which it happened for certain, or null.</param>
    public long? Read(long count, long now, long? known)
    {
        // A lock: entered by whoever reads metrics.
        lock (_gate)
        {
            if (count > _count)
            {
                _notBefore = Math.Max(_notBefore, _readAt);
            }

            _count = count;
            _readAt = now;
            _notBefore = Math.Max(_notBefore, known ?? long.MinValue);
            return _notBefore == long.MinValue ? null : _notBefore;
        }
    }
}
