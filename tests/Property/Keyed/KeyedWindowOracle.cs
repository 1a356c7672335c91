using RateSync.Fast.Tests.Property.Waiting;

namespace RateSync.Fast.Tests.Property.Keyed;

/// <summary>A key's window: refunds come out of the oldest sub-window that counts, and a counter holds only so much.</summary>
internal sealed class KeyedWindowOracle(int limit, long subWindow, int older) : IRateOracle
{
    private readonly SortedDictionary<long, long> _counts = [];
    private readonly long _most = (1L << (64 - System.Numerics.BitOperations.LeadingZeroCount((ulong)limit))) - 1;

    public long Limit => limit;

    public long DueAt(long now, int permits)
    {
        while (Used(now) + permits > limit)
        {
            now = _counts.Keys.Select(index => (index + older + 1) * subWindow).Where(gone => gone > now).Min();
        }

        return now;
    }

    public void Take(long now, int permits) =>
        _counts[now / subWindow] = Math.Min(_most, _counts.GetValueOrDefault(now / subWindow) + permits);

    public void Refund(long now, int permits, long grantedAt)
    {
        long left = permits;
        foreach (long index in _counts.Keys.Where(index => Counts(index, now)).ToList())
        {
            long back = Math.Min(left, _counts[index]);
            _counts[index] -= back;
            left -= back;
        }
    }

    public IRateOracle Copy() => throw new NotSupportedException();

    private bool Counts(long index, long now) => index >= (now / subWindow) - older;

    private long Used(long now) => _counts.Where(count => Counts(count.Key, now)).Sum(static count => count.Value);
}
