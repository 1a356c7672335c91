using System.Numerics;

namespace RateSync.Fast.Tests.Property.Keyed;

/// <summary>What a key is short of, as an exact fraction, at a rate that may change.</summary>
internal sealed class CarriedKeyModel(long start)
{
    private BigInteger _owed = 0;
    private BigInteger _parts = 1;
    private long _now = start;

    public void AdvanceTo(long now, in SlowLimit limit)
    {
        _owed = BigInteger.Max(0, (_owed * limit.Ticks) - (_parts * limit.Permits * (now - _now)));
        _parts *= limit.Ticks;
        BigInteger common = BigInteger.GreatestCommonDivisor(_owed, _parts);
        _owed /= common;
        _parts /= common;
        _now = now;
    }

    public void Take(int permits) => _owed += permits * _parts;

    public bool Fits(int burst) => _owed <= burst * _parts;

    /// <summary>Whether so many permits are to be had, and a thousandth of one more.</summary>
    public bool HasWellOver(int permits, long burst) => ((_owed + (permits * _parts)) * 1000) + _parts <= burst * _parts * 1000;

    /// <summary>Ticks until so many permits are to be had, rounded up; 0 if they are.</summary>
    public long TicksUntil(int permits, in SlowLimit limit)
    {
        BigInteger missing = _owed + ((permits - limit.Burst) * _parts);
        return missing <= 0 ? 0 : (long)(((missing * limit.Ticks) + (_parts * limit.Permits) - 1) / (_parts * limit.Permits));
    }
}
