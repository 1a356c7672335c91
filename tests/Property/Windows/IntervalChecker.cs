using Xunit.Sdk;

namespace RateSync.Fast.Tests.Property.Windows;

/// <summary>
/// Checks the law of a sliding window over every pair of grant times: two grants less than a window apart are in one window, which may
/// hold no more than the limit. O(1) for a grant.
/// </summary>
internal sealed class IntervalChecker(long limit, long window)
{
    private readonly Queue<(long Tick, long Permits)> _grants = new();
    private long _sum;

    public long Total { get; private set; }

    public void Grant(long tick, long permits)
    {
        _grants.Enqueue((tick, permits));
        _sum += permits;
        Total += permits;
        while (tick - _grants.Peek().Tick >= window)
        {
            _sum -= _grants.Dequeue().Permits;
        }

        if (_sum > limit)
        {
            throw new XunitException($"{_sum} permits in the window up to tick {tick}; the limit is {limit}.");
        }
    }
}
