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

    /// <summary>What counts against a key; false when nothing does. Only while nobody takes or gives back here.</summary>
    bool TryCarry(in KeyHash key, out KeyCarry carry);

    /// <summary>A key is as good as never seen from then on. Only while nobody takes or gives back here.</summary>
    void Forget(in KeyHash key);

    /// <summary>
    /// A key begins with what it brings along, unless it has begun already. Only before anything else is done with it here.
    /// </summary>
    void Adopt(in KeyHash key, in KeyCarry carry);

    /// <summary>What is booked in the cells that newcomers share; they keep it.</summary>
    KeyCarry[] CarryCells();

    /// <summary>Cells begin with what was booked in another table's.</summary>
    void AdoptCells(KeyCarry[] carried);

    /// <summary>Visits every key that has a place, once at the least, unless it has moved and is met elsewhere.</summary>
    void Walk(Action<KeyHash> visit);
}
