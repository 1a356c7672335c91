namespace RateSync.Fast;

/// <summary>A store's answer to one operation.</summary>
public abstract record StoreResult
{
    private protected StoreResult()
    {
    }

    /// <summary>When the operation took effect, by the store's clock, in nanoseconds from an origin that the store chose.</summary>
    public long StoreTime { get; init; }

    /// <summary>
    /// The operation had taken effect before, and this is the answer of that time. What it grants is valid from the <em>first</em> attempt
    /// on.
    /// </summary>
    public bool Replayed { get; init; }

    /// <summary>A newer operation of the same client has come first. Nothing was done, and nothing is granted.</summary>
    public bool Stale { get; init; }
}
