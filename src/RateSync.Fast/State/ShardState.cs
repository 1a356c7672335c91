namespace RateSync.Fast.State;

/// <summary>
/// The word of a <see cref="Shard"/>: tokens in the upper 62 bits, signed, then <see cref="Claimed"/> and
/// <see cref="Charged"/>. Failed takes leave a negative count behind, which the next refill overwrites.
/// </summary>
internal static class ShardState
{
    /// <summary>The shard's chunk is charged to the reservoir.</summary>
    public const long Charged = 1;

    /// <summary>Somebody is at the reservoir on this shard's behalf; it holds no tokens meanwhile.</summary>
    public const long Claimed = 2;

    public const long OneToken = 4;

    public static long Filled(long tokens) => (tokens * OneToken) | Charged;

    public static long Tokens(long word) => Math.Max(0, word >> 2);
}
