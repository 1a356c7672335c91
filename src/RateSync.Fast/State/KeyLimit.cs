using RateSync.Fast.Algorithms;
using RateSync.Fast.Time;

namespace RateSync.Fast.State;

/// <summary>The limit of each key of a table, and how many keys it has.</summary>
internal readonly record struct KeyLimit
{
    // Nine keys on eight slots is where the first bucket is expected to be full; tables begin with a kilobyte.
    private const int FirstBuckets = 8;
    private const int SharedCellsPerKey = 64;

    /// <summary>What counts.</summary>
    public KeyLimitKind Kind { get; init; }

    /// <summary>Permits per second, of a bucket.</summary>
    public double RatePerSecond { get; init; }

    /// <summary>Burst, permits in a window, or slots.</summary>
    public long Limit { get; init; }

    /// <summary>The largest limit whose permits keys may bring along: none must be lost for not fitting a smaller one's word.</summary>
    public long Largest { get; init; }

    /// <summary>Length of a window in clock ticks.</summary>
    public long WindowTicks { get; init; }

    /// <summary>Keys that are counted one by one.</summary>
    public int MaxKeys { get; init; }

    /// <summary>What happens to others; slots cannot be shared.</summary>
    public KeyOverflow Overflow { get; init; }

    /// <summary>An empty table.</summary>
    /// <param name="clock">The clock.</param>
    /// <param name="start">Clock tick from which windows are counted.</param>
    public IKeyedCore NewTable(Clock clock, long start) => Kind switch
    {
        KeyLimitKind.Bucket => NewTable(new KeyedBucket(RatePerSecond, Limit, clock.Frequency, Largest), clock, MaxKeys, Overflow),
        KeyLimitKind.Slots => NewTable(new KeyedSlots(Limit), clock, MaxKeys, KeyOverflow.Refuse),
        _ => NewTable(
            new KeyedWindow(Limit, WindowTicks, Kind == KeyLimitKind.SlidingWindow, start, clock.Frequency, Largest),
            clock,
            MaxKeys,
            Overflow),
    };

    /// <summary>An empty table for one kind of limit.</summary>
    public static KeyTable<TPolicy, InterlockedAtomics, LineShape> NewTable<TPolicy>(
        TPolicy policy, Clock clock, int maxKeys, KeyOverflow overflow)
        where TPolicy : struct, IKeyPolicy
    {
        // At three quarters full the first key is expected to find no room in any of its buckets.
        int buckets = (int)(((maxKeys * 4L / 3) / LineShape.Slots) + 1);
        int cells = overflow == KeyOverflow.Share
            ? (int)System.Numerics.BitOperations.RoundUpToPowerOf2((uint)Math.Max(64, maxKeys / SharedCellsPerKey))
            : 0;
        return new(policy, clock, FirstBuckets, buckets, maxKeys, cells);
    }
}
