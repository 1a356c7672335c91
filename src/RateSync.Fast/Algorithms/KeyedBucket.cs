namespace RateSync.Fast.Algorithms;

/// <summary>
/// One key's token bucket: the time at which it is full again, and what was set aside for it.
/// </summary>
/// <remarks>
/// <para>A key that is used a lot is given a chunk of its own tokens at a time, which it then spends without looking at the clock. As with
/// the cells of <see cref="Gcra"/>, a chunk is charged from when it is set aside until the clock is next looked at. Low 8 bits: 0, nothing
/// set aside; 255, nothing set aside and never used; n, n - 1 tokens of a chunk left. The other 44 bits are the time. Where chunks are not
/// worth it, or where they would leave too few bits to the time, nothing is ever set aside and all 52 bits are the time.</para>
/// <para>Rounding. Let a unit be U clock ticks, u(t) the whole units that have passed at tick t, b the burst, e the units in which one
/// permit comes back at the nominal rate, and c what a permit is charged. The word is plain GCRA in the time u: a permit is granted at t if
/// max(F, u(t)) + c - u(t) does not exceed b * c, and then F is that sum plus u(t). The same u(t) is the base and is what is compared, so a
/// full bucket has b permits at once whenever they are asked for, and the next when u has grown by c: never more than a unit late. In that
/// time the law is exact: of n permits granted from t1 to t2, (n - b) * c is at most u(t2) - u(t1). Where a unit is no longer than a tick,
/// u(t2) - u(t1) = (t2 - t1) / U, and c is not less than e: n is at most b + (t2 - t1) / (e * U), which is the bound. Where U is longer,
/// u(t2) - u(t1) can be too much by what had passed of t1's unit, at most 1 - 1/U. There c is e + 1 - 1/U at least. If n is at most b the
/// bound holds anyway; else n - b is 1 at least, and (n - b) * e is at most u(t2) - u(t1) - (n - b) * (1 - 1/U), which is at most (t2 - t1)
/// / U: the same bound.</para>
/// </remarks>
internal readonly struct KeyedBucket : IKeyPolicy
{
    private const int PrepaidBits = 8;
    private const long MaxChunk = 128;
    private const long MinChunk = 2;

    /// <summary>
    /// A full bucket's worth of units is this many bits shorter than the time, so that debt and staleness have room on the circle.
    /// </summary>
    private const int SpareBits = 4;

    /// <summary>The share of the rate that chunks may cost: a millionth.</summary>
    private const double ChunkPrecision = 1e-6;

    private readonly RateScale _scale;
    private readonly int _timeShift;
    private readonly long _neverUsed;
    private readonly long _cost;
    private readonly long _capacity;
    private readonly long _chunk;
    private readonly long _chunkUnits;
    private readonly long _chunkCeiling;
    private readonly long _grace;
    private readonly long _maxAhead;

    /// <param name="ratePerSecond">Permits per second.</param>
    /// <param name="burst">Permits in a full bucket.</param>
    /// <param name="frequency">Clock ticks in a second.</param>
    /// <param name="largest">A larger burst that keys may bring along in debt; 0 for none.</param>
    public KeyedBucket(double ratePerSecond, long burst, long frequency, long largest = 0)
    {
        long most = burst < 1 ? burst : Math.Max(burst, largest);
        _chunk = Math.Min(burst / 16, MaxChunk);
        _timeShift = PrepaidBits;
        if (_chunk >= MinChunk)
        {
            _scale = RateScale.CreateRoundedDown(ratePerSecond, most, frequency, MaxCapacity);
        }

        // Chunks spare hot keys the clock. Where a full bucket takes so long to come back that its time would be told in units longer than
        // a tick, no key stays hot, and ticks are worth more: what is carried over to another limit is then exact.
        if (_chunk < MinChunk || _scale.Shift != 0 || _scale.EffectiveRate < ratePerSecond * (1 - ChunkPrecision))
        {
            _chunk = 0;
            _timeShift = 0;
            _scale = RateScale.CreateRoundedDown(ratePerSecond, most, frequency, MaxCapacity);
        }

        Limit = burst;
        _neverUsed = (1L << _timeShift) - 1;
        _cost = _scale.Cost;
        _capacity = burst * _cost;
        _maxAhead = 1L << (TimeBits - 2);

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

    private int TimeBits => IKeyPolicy.PayloadBits - _timeShift;

    /// <summary>A full bucket's worth of units at the most.</summary>
    private long MaxCapacity => 1L << (TimeBits - SpareBits);

    public long Fresh(long now) => Pack(_scale.ToUnits(now), _neverUsed);

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
        return Pack(units + Home(payload, units, left), 0);
    }

    public long Wake(long payload, long now)
    {
        long left = Left(payload);
        return left < 0 ? Fresh(now) : Pack(_scale.ToUnits(now) + _chunkUnits - (left * _cost), 0);
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
        return permits <= _maxAhead / _cost && Take(payload, now, permits, _maxAhead, out next);
    }

    public bool CanRefund(long payload, long permits) => true;

    public long Refund(long payload, long now, long permits)
    {
        long units = _scale.ToUnits(now);
        return Pack(units + Math.Max(0, Home(payload, units, Left(payload)) - (permits * _cost)), 0);
    }

    public long Stricter(long a, long b, long now)
    {
        long units = _scale.ToUnits(now);
        return Pack(units + Math.Max(Home(a, units, Left(a)), Home(b, units, Left(b))), 0);
    }

    public Description Describe(long payload, long now, long permits)
    {
        long ahead = Home(payload, _scale.ToUnits(now), Left(payload));
        long room = _capacity - ahead;
        long remaining = room <= 0 ? 0 : room / _cost;
        long reset = ahead <= 0 ? 0 : _scale.TicksUntil(now, ahead);
        if (permits <= remaining)
        {
            return new Description(remaining, 0, 0, reset);
        }

        // A line may wait for more than a word holds: then it is a lower bound.
        long wanted = (Math.Min(permits, _maxAhead / _cost) * _cost) - room;
        return new Description(remaining, ((wanted - 1) / _cost) + 1, _scale.TicksUntil(now, wanted), reset);
    }

    public KeyCarry Carry(long payload, long now) => new()
    {
        Units = Math.Max(0, Home(payload, _scale.ToUnits(now), Left(payload))),
        PerPermit = _cost,
        Rounding = Rounding,
    };

    public long Adopt(in KeyCarry carry, long now)
    {
        // The price of a permit pays for one rounding. Here are two, the old bucket's and the new one's, so both are charged.
        Int128 ahead = carry.Units == 0 ? 0 : ((((Int128)(carry.Units + carry.Rounding) * _cost) - 1) / carry.PerPermit) + 1;
        for (int i = 0; i < carry.Count; i++)
        {
            ahead += (Int128)carry[i].Permits * _cost;
        }

        // Up to the debt that a word can hold: then the key waits for several bursts' time.
        return ahead == 0 ? Fresh(now) : Pack(_scale.ToUnits(now) + (long)Int128.Min(ahead + Rounding, _maxAhead), 0);
    }

    /// <summary>Units by which <see cref="RateScale.ToUnits"/> may tell less time than has passed.</summary>
    private long Rounding => _scale.Shift == 0 ? 0 : 1;

    private long Pack(long fullAt, long prepaid) =>
        ((fullAt << _timeShift) & ((1L << IKeyPolicy.PayloadBits) - 1)) | prepaid;

    private long Ahead(long payload, long units)
    {
        int unused = 64 - IKeyPolicy.PayloadBits + _timeShift;
        return ((payload >> _timeShift) - units) << unused >> unused;
    }

    /// <summary>Tokens left of a chunk; negative when none is set aside.</summary>
    private long Left(long payload)
    {
        long prepaid = payload & _neverUsed;
        return prepaid == _neverUsed ? -1 : prepaid - 1;
    }

    /// <summary>Units from now to the full-at time once the rest of a chunk has come home.</summary>
    private long Home(long payload, long units, long left) =>
        Math.Max(Ahead(payload, units), left < 0 ? 0 : _chunkUnits) - (Math.Max(0, left) * _cost);

    private bool Take(long payload, long now, long permits, long capacity, out long next)
    {
        long units = _scale.ToUnits(now);
        long ahead = Home(payload, units, Left(payload));
        long after = ahead + (permits * _cost);
        next = payload;
        if (after > capacity)
        {
            return false;
        }

        // A chunk is worth it for a key that was used not long ago; one that comes once should be forgotten soon.
        long prepaid = 0;
        if (_chunk != 0 && (payload & _neverUsed) != _neverUsed && after + _chunkUnits <= _chunkCeiling
            && Ahead(payload, units) > -8 * _chunkUnits)
        {
            after += _chunkUnits;
            prepaid = _chunk + 1;
        }

        next = Pack(units + after, prepaid);
        return true;
    }
}
