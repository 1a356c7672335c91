namespace RateSync.Fast.Tests.Property.Waiting;

/// <summary>
/// A window that keeps all grants: each counts in the sub-window it was made in and in so many after it. A sub-window of one tick makes it
/// the exact sliding window; no older ones make it the fixed one.
/// </summary>
internal sealed class WindowOracle(int limit, long subWindow, long older) : IRateOracle
{
    private readonly Dictionary<long, int> _grants = [];

    public long Limit => limit;

    public long DueAt(long now, int permits)
    {
        while (Used(now) + permits > limit)
        {
            now = _grants.Keys.Select(index => (index + older + 1) * subWindow).Where(gone => gone > now).Min();
        }

        return now;
    }

    public void Take(long now, int permits) => _grants[now / subWindow] = _grants.GetValueOrDefault(now / subWindow) + permits;

    public void Refund(long now, int permits, long grantedAt) => _grants[grantedAt / subWindow] -= permits;

    public IRateOracle Copy()
    {
        WindowOracle copy = new(limit, subWindow, older);
        foreach ((long index, int count) in _grants)
        {
            copy._grants.Add(index, count);
        }

        return copy;
    }

    private int Used(long now) => _grants.Where(grant => grant.Key >= (now / subWindow) - older).Sum(static grant => grant.Value);
}
