using System.Numerics;

namespace RateSync.Fast.Tests.Property.Keyed;

/// <summary>All that was granted, and a look at every interval.</summary>
internal sealed class SlowKeyModel(SlowLimit limit)
{
    private readonly List<(long At, int Permits)> _grants = [];

    /// <summary>Whether no interval that ends with the last grant has more than the burst and what came back meanwhile.</summary>
    public bool HoldsNow => Excesses(_grants[^1].At, 0, limit.Burst).All(static x => x.Permits <= x.Earned);

    public void Take(long now, int permits) => _grants.Add((now, permits));

    /// <summary>
    /// Whether the permits would be too many in some interval if the rate were one part in <see cref="SlowLimit.Precision"/> slower.
    /// </summary>
    public bool MayRefuse(long now, int permits, long shortfall) =>
        Excesses(now, permits, limit.Burst - shortfall).Any(static x =>
            x.Permits > 0 && x.Permits * (SlowLimit.Precision + 1) > x.Earned * SlowLimit.Precision);

    /// <summary>When so many permits are due, the first tick.</summary>
    public long DueAt(int permits)
    {
        BigInteger due = 0;
        int sum = permits;
        for (int i = _grants.Count - 1; i >= 0; i--)
        {
            sum += _grants[i].Permits;
            due = BigInteger.Max(due, _grants[i].At + ((((sum - limit.Burst) * limit.Ticks) + limit.Permits - 1) / limit.Permits));
        }

        return (long)due;
    }

    public override string ToString() => string.Join(", ", _grants);

    /// <summary>For each interval that ends now: permits beyond the burst, and those that came back, both in parts of a permit.</summary>
    private IEnumerable<(BigInteger Permits, BigInteger Earned)> Excesses(long now, int permits, long burst)
    {
        int sum = permits;
        for (int i = _grants.Count - 1; i >= 0; i--)
        {
            sum += _grants[i].Permits;
            yield return ((sum - burst) * limit.Ticks, (now - _grants[i].At) * limit.Permits);
        }

        // The interval that is this moment alone, if nothing was granted before.
        yield return ((permits - burst) * limit.Ticks, 0);
    }
}
