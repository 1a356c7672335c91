namespace RateSync.Fast.Algorithms;

/// <summary>
/// One key's concurrency: slots taken, 32 bits; above them a count of changes, 19 bits, so that no payload comes back soon; and whether it
/// was used lately, 1 bit, which the sweep takes away.
/// </summary>
internal readonly struct KeyedSlots(long maxConcurrent) : IKeyPolicy
{
    private const long CountMask = uint.MaxValue;
    private const long OneChange = 1L << 32;
    private const long Lately = 1L << (IKeyPolicy.PayloadBits - 1);

    public long Limit { get; } = maxConcurrent;

    public long Shortfall => 0;

    public bool DependsOnTime => false;

    public long VisitTicks => long.MaxValue;

    public long Fresh(long now) => 0;

    public bool IsUnused(long payload, long now) => (payload & CountMask) == 0;

    public bool IsStale(long payload, long now) => (payload & (CountMask | Lately)) == 0;

    public long Settle(long payload, long now) => IsUnused(payload, now) ? payload & ~Lately : payload;

    public long Wake(long payload, long now) => payload;

    public bool TryTakePrepaid(long payload, long permits, out long next)
    {
        next = Changed(payload, permits);
        return (payload & CountMask) + permits <= Limit;
    }

    public bool TryTake(long payload, long now, long permits, out long next) => TryTakePrepaid(payload, permits, out next);

    public bool TryCharge(long payload, long now, long permits, out long next)
    {
        next = payload;
        return false;
    }

    public bool CanRefund(long payload, long permits) => (payload & CountMask) >= permits;

    public long Refund(long payload, long now, long permits) => Changed(payload, -Math.Min(permits, payload & CountMask));

    public long Stricter(long a, long b, long now) => (a & CountMask) >= (b & CountMask) ? a : b;

    public Description Describe(long payload, long now, long permits)
    {
        long remaining = Math.Max(0, Limit - (payload & CountMask));
        return new Description(remaining, Math.Max(0, permits - remaining), 0, 0);
    }

    public KeyCarry Carry(long payload, long now) => new() { Units = payload & CountMask, PerPermit = 1 };

    public long Adopt(in KeyCarry carry, long now) => Changed(0, carry.Units);

    private static long Changed(long payload, long slots) => ((payload + slots + OneChange) & (Lately - 1)) | Lately;
}
