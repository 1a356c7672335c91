using RateSync.Fast.Algorithms;
using RateSync.Fast.Engine;
using RateSync.Fast.State;
using RateSync.Fast.Time;

namespace RateSync.Fast;

/// <summary>
/// A leaky bucket: callers pour in, and leave evenly spaced, one every 1/rate seconds. So many of them as the bucket holds may
/// wait for their turn; more are refused.
/// </summary>
/// <remarks>
/// The token bucket's arithmetic with a burst of 1 and a bounded line: never two grants less than 1/rate seconds apart. Waiters are woken
/// by the platform's timer, every 1 to 16 ms depending on the system, and what a late timer missed is not made up for, or two would come
/// closer than that: callers who wait get through at some hundreds per second at the most, whatever the rate. Where that is too few, use a
/// <see cref="TokenBucket"/> whose burst is what comes in between two ticks of the timer.
/// </remarks>
public sealed class LeakyBucket : Limiter
{
    private readonly ShardedReservoir<GcraReservoir<InterlockedAtomics>, InterlockedAtomics> _tokens;

    /// <summary>Makes an empty bucket.</summary>
    /// <param name="ratePerSecond">Grants per second, from 1e-9 to 1e9; fractions are fine.</param>
    /// <param name="capacity">Callers that may wait for their turn at a time, 0 or more.</param>
    /// <param name="id">A name for logs, metrics and explanations; null for the name of the type.</param>
    /// <param name="timeProvider">The clock; null for the system's.</param>
    /// <exception cref="ArgumentOutOfRangeException">A number out of range.</exception>
    public LeakyBucket(double ratePerSecond, int capacity = int.MaxValue, string? id = null, TimeProvider? timeProvider = null)
        : base(id)
    {
        Check.AtLeast(capacity, 0, nameof(capacity));
        Clock clock = new(timeProvider);
        RateScale scale = RateScale.Create(ratePerSecond, 1, clock.Frequency);
        _tokens = new(new(scale, ChunkPlan.None, clock, clock.Now(), 1, null), clock, capacity);
        Use(new RateEngine<GcraReservoir<InterlockedAtomics>, InterlockedAtomics>(this, _tokens));
        RatePerSecond = ratePerSecond;
        Capacity = capacity;
    }

    /// <summary>Grants per second, as asked for.</summary>
    public double RatePerSecond { get; }

    /// <summary>Callers that may wait for their turn.</summary>
    public int Capacity { get; }

    /// <inheritdoc/>
    public override bool TryAcquire() => _tokens.TryTake(ThreadSlot.Current);
}
