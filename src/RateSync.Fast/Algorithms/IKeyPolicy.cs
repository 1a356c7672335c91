namespace RateSync.Fast.Algorithms;

/// <summary>
/// The arithmetic of one key's limit: everything about a key is in 52 bits, its payload. Pure; a struct strategy.
/// </summary>
internal interface IKeyPolicy
{
    /// <summary>Bits of a payload.</summary>
    const int PayloadBits = 52;

    /// <summary>For how long an unused key is kept while there is room, in seconds.</summary>
    const int GraceSeconds = 10;

    /// <summary>The most permits that a key can be granted at once.</summary>
    long Limit { get; }

    /// <summary>Permits that may be missing right after idling.</summary>
    long Shortfall { get; }

    /// <summary>Whether the payload changes with time by itself.</summary>
    bool DependsOnTime { get; }

    /// <summary>Payloads tell time modulo some circle: each must be looked at once in so many ticks.</summary>
    long VisitTicks { get; }

    /// <summary>The payload of a key that was never seen.</summary>
    long Fresh(long now);

    /// <summary>Whether a key with this payload is no different from one that was never seen.</summary>
    bool IsUnused(long payload, long now);

    /// <summary>
    /// Whether it has been unused for a while. Keys in use now and then are kept as long as there is room: settling a key anew
    /// costs more than finding it.
    /// </summary>
    bool IsStale(long payload, long now);

    /// <summary>The same payload with nothing set aside, so that it becomes unused by itself in time.</summary>
    long Settle(long payload, long now);

    /// <summary>
    /// The payload brought up to now, of a key that was last looked at so long ago that its time cannot be told any more, and no debt is
    /// left. What was set aside may have been taken just now.
    /// </summary>
    long Wake(long payload, long now);

    /// <summary>Takes from what was set aside before, if that suffices.</summary>
    bool TryTakePrepaid(long payload, long permits, out long next);

    /// <summary>Takes permits, all or none.</summary>
    bool TryTake(long payload, long now, long permits, out long next);

    /// <summary>Takes permits into debt; false when that does not fit.</summary>
    bool TryCharge(long payload, long now, long permits, out long next);

    /// <summary>Whether so many permits can have been granted.</summary>
    bool CanRefund(long payload, long permits);

    /// <summary>Takes permits back; never to more than a fresh key has.</summary>
    long Refund(long payload, long now, long permits);

    /// <summary>A payload that grants nothing that either of the two would not.</summary>
    long Stricter(long a, long b, long now);

    /// <summary>The payload in a user's terms.</summary>
    Description Describe(long payload, long now, long permits);

    /// <summary>What counts against the key.</summary>
    KeyCarry Carry(long payload, long now);

    /// <summary>The payload of a key that brings along what counted against it under another limit; all of it, if it can be told.</summary>
    long Adopt(in KeyCarry carry, long now);
}
