namespace RateSync.Fast.Algorithms;

/// <summary>
/// One key's token bucket: the time at which it is full again, 44 bits, and what was set aside for it, 8 bits.
/// </summary>
/// <remarks>
/// A key that is used a lot is given a chunk of its own tokens at a time, which it then spends without looking at the clock. As with the
/// cells of <see cref="Gcra"/>, a chunk is charged from when it is set aside until the clock is next looked at. Low 8 bits: 0, nothing set
/// aside; 255, nothing set aside and never used; n, n - 1 tokens of a chunk left.
/// </remarks>
internal readonly struct KeyedBucket : IKeyPolicy
{
    private const int TimeBits = 44;
    private const int TimeShift = 8;
    private const long PrepaidMask = 255;
    private const long NeverUsed = 255;
    private const long MaxChunk = 128;
    private const long MinChunk = 2;

    /// <summary>A full bucket's worth of units, so that debt and staleness have room on the circle.</summary>
    private const long MaxCapacity = 1L << 40;

    private readonly RateScale _scale;
    private readonly long _cost;
    private readonly long _capacity;
    private readonly long _chunk;
    private readonly long _chunkUnits;
    private readonly long _chunkCeiling;
    private readonly long _grace;

    /// <param name="ratePerSecond">Permits per second.</param>
    /// <param name="burst">Permits in a full bucket.</param>
    /// <param name="frequency">Clock ticks in a second.</param>
    /// <param name="largest">A larger burst that keys may bring along in debt; 0 for none.</param>
    public KeyedBucket(double ratePerSecond, long burst, long frequency, long largest = 0)
    {
        _scale = RateScale.CreateCoarse(ratePerSecond, Math.Max(burst, largest), frequency, MaxCapacity);
        Limit = burst;

        // Where a unit is longer than a tick, a bucket is emptied from the end of the unit in which it was full, and looked at as of the
        // beginning of a unit. All of a burst must be granted within one unit nevertheless: one unit of room more makes up for that, and one more
        // in the price of each permit sees to it that no permit ever comes early by it. A permit is too cheap for that only where a burst is more than
        // a million, of which one more or less cannot be told.
        int slack = _scale.Shift > 0 && _scale.Cost >= RateScale.MinCoarseCost ? 1 : 0;
        _cost = _scale.Cost + slack;
        _capacity = (burst * _cost) + slack;
        _chunk = Math.Min(burst / 16, MaxChunk);
        if (_chunk < MinChunk)
        {
            _chunk = 0;
        }

        // At very slow rates an eighth of the circle is more ticks than a word can count.
        VisitTicks = (long)Int128.Min(((Int128)1 << (TimeBits - 3 + _scale.Shift)) / _scale.UnitsPerTick, long.MaxValue / 4);
        _grace = Math.Min(IKeyPolicy.GraceSeconds * frequency, VisitTicks / 2);
        _chunkUnits = _chunk * _cost;
        _chunkCeiling = _capacity - (burst / 8 * _cost);
    }

    public long Limit { get; }

    public long Shortfall => _chunk;

    public bool DependsOnTime => true;

    public long VisitTicks { get; }

    public long Fresh(long now) => Pack(_scale.ToUnits(now), NeverUsed);

    public bool IsUnused(long payload, long now)
    {
        long ahead = Ahead(payload, _scale.ToUnits(now));
        long left = Left(payload);
        return left < 0 ? ahead <= 0 : left == _chunk && ahead <= _chunkUnits;
    }

    public bool IsStale(long payload, long now) => IsUnused(payload, now - _grace);

    public long Settle(long payload, long now)
    {
        long left = Left(payload);
        if (left < 0)
        {
            return payload;
        }

        long units = _scale.ToUnits(now);
        long ahead = Home(payload, units, _scale.Partial(now), left, out long extra);
        return Pack(units + ahead + extra, 0);
    }

    public long Wake(long payload, long now)
    {
        long left = Left(payload);
        return left < 0 ? Fresh(now) : Pack(_scale.ToUnits(now) + _chunkUnits - (left * _cost) + _scale.Partial(now), 0);
    }

    public bool TryTakePrepaid(long payload, long permits, out long next)
    {
        next = payload - permits;
        return Left(payload) >= permits;
    }

    public bool TryTake(long payload, long now, long permits, out long next) => Take(payload, now, permits, _capacity, out next);

    public bool TryCharge(long payload, long now, long permits, out long next)
    {
        next = payload;
        return permits <= (1L << (TimeBits - 2)) / _cost && Take(payload, now, permits, 1L << (TimeBits - 2), out next);
    }

    public bool CanRefund(long payload, long permits) => true;

    public long Refund(long payload, long now, long permits)
    {
        long units = _scale.ToUnits(now);
        long ahead = Home(payload, units, _scale.Partial(now), Left(payload), out long extra);
        return Pack(units + Math.Max(0, ahead - (permits * _cost)) + extra, 0);
    }

    public long Stricter(long a, long b, long now)
    {
        long units = _scale.ToUnits(now);
        long aheadA = Home(a, units, 1, Left(a), out long extraA) + extraA;
        long aheadB = Home(b, units, 1, Left(b), out long extraB) + extraB;
        return Pack(units + Math.Max(aheadA, aheadB), 0);
    }

    public Description Describe(long payload, long now, long permits)
    {
        long ahead = Home(payload, _scale.ToUnits(now), _scale.Partial(now), Left(payload), out _);
        long room = _capacity - ahead;
        long remaining = room <= 0 ? 0 : room / _cost;
        long reset = ahead <= 0 ? 0 : _scale.TicksUntil(now, ahead);
        if (permits <= remaining)
        {
            return new Description(remaining, 0, 0, reset);
        }

        // A line may wait for more than a word holds: then it is a lower bound.
        long wanted = (Math.Min(permits, (1L << (TimeBits - 2)) / _cost) * _cost) - room;
        return new Description(remaining, ((wanted - 1) / _cost) + 1, _scale.TicksUntil(now, wanted), reset);
    }

    public KeyCarry Carry(long payload, long now)
    {
        long ahead = Home(payload, _scale.ToUnits(now), _scale.Partial(now), Left(payload), out long extra) + extra;
        return new() { Units = Math.Max(0, ahead), PerPermit = _cost };
    }

    public long Adopt(in KeyCarry carry, long now)
    {
        Int128 ahead = carry.Units == 0 ? 0 : ((((Int128)carry.Units * _cost) - 1) / carry.PerPermit) + 1;
        for (int i = 0; i < carry.Count; i++)
        {
            ahead += (Int128)carry[i].Permits * _cost;
        }

        // Up to the debt that a word can hold: then the key waits for several bursts' time.
        return ahead == 0
            ? Fresh(now)
            : Pack(_scale.ToUnits(now) + (long)Int128.Min(ahead + _scale.Partial(now), 1L << (TimeBits - 2)), 0);
    }

    private static long Pack(long fullAt, long prepaid) =>
        ((fullAt & ((1L << TimeBits) - 1)) << TimeShift) | prepaid;

    private static long Ahead(long payload, long units) =>
        ((payload >> TimeShift) - units) << (64 - TimeBits) >> (64 - TimeBits);

    /// <summary>Tokens left of a chunk; negative when none is set aside.</summary>
    private static long Left(long payload)
    {
        long prepaid = payload & PrepaidMask;
        return prepaid == NeverUsed ? -1 : prepaid - 1;
    }

    /// <summary>Units from now to the full-at time once the rest of a chunk has come home.</summary>
    private long Home(long payload, long units, long partial, long left, out long extra)
    {
        long clamp = left < 0 ? 0 : _chunkUnits;
        long ahead = Ahead(payload, units);
        extra = ahead < clamp + partial ? partial : 0;
        return Math.Max(ahead, clamp) - (Math.Max(0, left) * _cost);
    }

    private bool Take(long payload, long now, long permits, long capacity, out long next)
    {
        long units = _scale.ToUnits(now);
        long left = Left(payload);
        long ahead = Home(payload, units, _scale.Partial(now), left, out long extra);
        long after = ahead + (permits * _cost);
        next = payload;
        if (after > capacity)
        {
            return false;
        }

        // A chunk is worth it for a key that was used not long ago; one that comes once should be forgotten soon.
        long prepaid = 0;
        if (_chunk != 0 && (payload & PrepaidMask) != NeverUsed && after + _chunkUnits <= _chunkCeiling
            && Ahead(payload, units) > -8 * _chunkUnits)
        {
            after += _chunkUnits;
            prepaid = _chunk + 1;
        }

        next = Pack(units + after + extra, prepaid);
        return true;
    }
}
