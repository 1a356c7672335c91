using RateSync.Fast.Engine;

namespace RateSync.Fast;

/// <summary>What a <see cref="KeyedLimiter"/> can be told beyond its limit.</summary>
public sealed record KeyedLimiterOptions
{
    internal static readonly KeyedLimiterOptions Default = new();

    /// <summary>A name for logs, metrics and explanations.</summary>
    /// <value>By default the name of the type.</value>
    public string? Id { get; init; }

    /// <summary>
    /// Keys that are counted one by one at the same time. Keys that are as good as never seen do not stand in the way of
    /// others. The table starts small and grows, at 32 bytes a key at the most.
    /// </summary>
    /// <value>From 64 to 100,000,000; by default 1,000,000, which takes 32 MB when it is full.</value>
    public int MaxKeys { get; init; } = 1_000_000;

    /// <summary>What happens to new keys beyond that.</summary>
    /// <value>By default they share.</value>
    public KeyOverflow Overflow { get; init; }

    /// <summary>Callers that may wait in line for a key at a time; more are refused.</summary>
    /// <value>0 or more; by default no limit.</value>
    public int QueueLimit { get; init; } = int.MaxValue;

    /// <summary>How many leading bits of an IPv6 address make a client: whoever has an address there has the whole network.</summary>
    /// <value>From 1 to 128; by default 64.</value>
    public int IPv6PrefixLength { get; init; } = 64;

    /// <summary>
    /// How many keys to follow by name for <see cref="KeyedLimiter.GetHottestKeys"/> and
    /// <see cref="KeyedLimiter.GetMostRefusedKeys"/>. A sample of the requests is looked at, and the names of that many keys are kept.
    /// </summary>
    /// <value>From 0 to 10,000; by default 0: nothing is kept of a key but its hash.</value>
    public int TopKeys { get; init; }

    internal void Validate()
    {
        Check.Range(MaxKeys, 64, 100_000_000, nameof(MaxKeys));
        Check.AtLeast(QueueLimit, 0, nameof(QueueLimit));
        Check.Range(IPv6PrefixLength, 1, 128, nameof(IPv6PrefixLength));
        Check.Range(TopKeys, 0, 10_000, nameof(TopKeys));
        Check.Defined((int)Overflow, (int)KeyOverflow.Refuse, typeof(KeyOverflow), nameof(Overflow));
    }
}
