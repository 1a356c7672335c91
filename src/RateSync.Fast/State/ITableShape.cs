namespace RateSync.Fast.State;

/// <summary>
/// The geometry of a key table. A struct strategy, so that production's is known to the compiler and tests can have a tiny one.
/// </summary>
internal interface ITableShape
{
    /// <summary>Slots in a bucket.</summary>
    static abstract int Slots { get; }

    /// <summary>Buckets that a key may lie in.</summary>
    static abstract int Ways { get; }
}
