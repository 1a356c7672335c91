using System.Numerics;
using Xunit.Sdk;

namespace RateSync.Fast.Tests.Property.Checks;

/// <summary>
/// Checks the law of a rate limit over every pair of grant times: what was granted in [t_i, t_j], both ends included, is at most
/// <c>burst + rate * (t_j - t_i)</c>. Exact, and O(1) for a grant.
/// </summary>
/// <remarks>
/// With S the sum of all grants so far, the law says S_j - S_(i-1) &lt;= burst + rate * (t_j - t_i), that is
/// S_j - rate * t_j &lt;= burst + min over i of (S_(i-1) - rate * t_i): only the least of these has to be kept. A refund is a negative
/// grant booked at the time of the grant that it undoes, or at any time before it for the net law.
/// </remarks>
internal sealed class BoundChecker(Rational ratePerTick, BigInteger burst)
{
    // All scaled by the rate's denominator.
    private BigInteger _sum;
    private BigInteger? _least;
    private long _last = long.MinValue;

    public long Grants { get; private set; }

    public BigInteger Total => _sum / ratePerTick.Denominator;

    /// <summary>Times must not go back; a caller whose clock did says so by the latest time it has seen.</summary>
    public void Grant(long tick, long permits)
    {
        if (tick < _last)
        {
            throw new ArgumentOutOfRangeException(nameof(tick), tick, $"It must be at least {_last}.");
        }

        _last = tick;
        Grants++;
        BigInteger accrued = ratePerTick.Numerator * tick;
        BigInteger before = _sum - accrued;
        _least = _least is null ? before : BigInteger.Min(_least.Value, before);
        _sum += permits * ratePerTick.Denominator;
        if (_sum - accrued > (burst * ratePerTick.Denominator) + _least.Value)
        {
            Rational excess = new(_sum - accrued - (burst * ratePerTick.Denominator) - _least.Value, ratePerTick.Denominator);
            throw new XunitException($"Grant {Grants}, of {permits} at tick {tick}: {excess} permits more than {burst} + rate * time.");
        }
    }

    /// <summary>Permits that were given back: from now on they count as never granted.</summary>
    public void Refund(long permits) => _sum -= permits * ratePerTick.Denominator;
}
