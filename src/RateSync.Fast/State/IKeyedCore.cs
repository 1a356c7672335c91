using RateSync.Fast.Algorithms;

namespace RateSync.Fast.State;

/// <summary>A key table whatever its arithmetic.</summary>
internal interface IKeyedCore
{
    long Limit { get; }

    long Shortfall { get; }

    long Count { get; }

    long Bytes { get; }

    long Overflowed { get; }

    bool TryTake(in KeyHash key, long permits, ref KeyVerdict verdict);

    Description Peek(in KeyHash key, long permits);

    bool Refund(in KeyHash key, long permits);

    bool TryCharge(in KeyHash key, long permits);

    long SweepAll();
}
