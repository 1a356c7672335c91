using RateSync.Fast.Algorithms;
using RateSync.Fast.State;
using RateSync.Fast.Time;

namespace RateSync.Fast.Waiting;

/// <summary>What the lines of keys ask for permits, past the lines.</summary>
internal interface IKeyTaker
{
    Clock Clock { get; }

    /// <summary>The most permits that a key can be granted at once, now.</summary>
    long MostPermits { get; }

    /// <summary>Callers that may wait for a key, now.</summary>
    int QueueLimit { get; }

    /// <summary>The name of what the user has made, for <see cref="ObjectDisposedException"/>.</summary>
    string OwnerName { get; }

    /// <summary>Takes permits for a key, all or none; of 0, whether one would be granted.</summary>
    /// <param name="key">The key.</param>
    /// <param name="permits">How many.</param>
    /// <param name="verdict">The reasons, if they are asked for.</param>
    /// <param name="retryTicks">
    /// After a refusal: clock ticks after which it is worth trying again; <see cref="long.MaxValue"/> when only somebody's giving back
    /// can help.
    /// </param>
    bool TryTake(in KeyHash key, int permits, ref KeyVerdict verdict, out long retryTicks);

    /// <summary>
    /// Clock ticks until so many permits could have been had one after the other, at the least; 0 when time does not tell.
    /// </summary>
    long LeastWait(in KeyHash key, long permits);

    /// <summary>A wait has ended with its permits: counts it, and says how things stand.</summary>
    Decision Granted(in KeyHash key, in KeyVerdict verdict, int permits, long waiting);

    /// <summary>A wait has ended without permits, or was refused.</summary>
    Decision Refused(in KeyHash key, int permits, RefusalReason reason, long waiting, long queuedPermits);
}
