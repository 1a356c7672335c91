namespace RateSync.Fast;

/// <summary>
/// How far a token bucket had been drained when a client last heard of it. Clients send back the highest they saw, and a store whose state
/// is lower takes theirs: so a store that lost its latest writes in a failover does not grant again what it had granted.
/// </summary>
/// <param name="Epoch">Rises when the bucket is given permits back, as the time alone would then seem to go back.</param>
/// <param name="FullAt">When the bucket will be full again, by the store's clock in nanoseconds, rounded up.</param>
public readonly record struct StoreFloor(long Epoch, long FullAt) : IComparable<StoreFloor>
{
    /// <summary>The higher of two: by epoch, then by time.</summary>
    public static StoreFloor Max(StoreFloor left, StoreFloor right) => left >= right ? left : right;

    /// <inheritdoc/>
    public int CompareTo(StoreFloor other) => Epoch != other.Epoch ? Epoch.CompareTo(other.Epoch) : FullAt.CompareTo(other.FullAt);

    /// <summary>Whether one is lower than the other.</summary>
    public static bool operator <(StoreFloor left, StoreFloor right) => left.CompareTo(right) < 0;

    /// <summary>Whether one is higher than the other.</summary>
    public static bool operator >(StoreFloor left, StoreFloor right) => left.CompareTo(right) > 0;

    /// <summary>Whether one is not higher than the other.</summary>
    public static bool operator <=(StoreFloor left, StoreFloor right) => left.CompareTo(right) <= 0;

    /// <summary>Whether one is not lower than the other.</summary>
    public static bool operator >=(StoreFloor left, StoreFloor right) => left.CompareTo(right) >= 0;
}
