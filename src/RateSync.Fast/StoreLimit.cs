using RateSync.Fast.Stores;

namespace RateSync.Fast;

/// <summary>
/// A limit, as the caller of a store knows it. The store keeps the definition with the highest version that it has been shown for a key,
/// and decides by that one whichever the caller shows; the answer says which one it was.
/// </summary>
/// <remarks>
/// When a higher version arrives, what was spent stays spent and what is out stays out: a raised limit adds the difference, a lowered one
/// may leave a debt that is waited for, and changing to and fro mints nothing. Two different definitions with one version are a mistake of
/// the callers; the first one stays.
/// </remarks>
public abstract record StoreLimit
{
    private protected StoreLimit()
    {
    }

    /// <summary>Rises whenever the definition changes.</summary>
    /// <value>0 by default.</value>
    public long Version { get; init; }

    /// <summary>The most that can be granted at once.</summary>
    public abstract long Most { get; }

    internal void Validate()
    {
        StoreArguments.CheckNumber(Version, 0, nameof(Version));
        ValidateMore();
    }

    private protected abstract void ValidateMore();
}
