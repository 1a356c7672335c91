namespace RateSync.Fast;

/// <summary>What a <see cref="KeyedLimiter"/> does with new keys when it is full of keys in use.</summary>
public enum KeyOverflow
{
    /// <summary>
    /// New keys share a fixed number of cells by hash until there is room. Sharing makes the limit stricter for them, never
    /// looser; keys that have a place are not touched.
    /// </summary>
    Share = 0,

    /// <summary>New keys are refused until there is room. Limits on concurrency always do this: their slots cannot be shared.</summary>
    Refuse = 1,
}
