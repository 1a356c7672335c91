namespace RateSync.Fast.State;

/// <summary>What a key's limit counts.</summary>
internal enum KeyLimitKind
{
    /// <summary>A token bucket.</summary>
    Bucket,

    /// <summary>Permits in windows that follow each other.</summary>
    FixedWindow,

    /// <summary>Permits in any window.</summary>
    SlidingWindow,

    /// <summary>Permits in use at a time.</summary>
    Slots,
}
